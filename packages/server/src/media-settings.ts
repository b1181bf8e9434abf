/** Where uploaded files go, when it is not a folder. */
export interface S3Settings {
  /** Of a compatible store; null for Amazon's own. */
  endpoint: string | null
  bucket: string
  region: string
  /** Null for what the machine has by itself, such as a role. */
  accessKeyId: string | null
  secretAccessKey: string | null
}

export interface GivenS3Settings {
  endpoint: string | undefined
  bucket: string | undefined
  region: string | undefined
  accessKeyId: string | undefined
  secretAccessKey: string | undefined
}

const DEFAULT_REGION = 'us-east-1'

/** The settings of the store, or null for none; `problems` says which of them stand there without the others. */
export function s3Settings(given: GivenS3Settings): { settings: S3Settings | null; problems: string[] } {
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = given
  const problems: string[] = []
  if (accessKeyId && !secretAccessKey) {
    problems.push('CHARSU_MEDIA_S3_ACCESS_KEY_ID is set without CHARSU_MEDIA_S3_SECRET_ACCESS_KEY: set both')
  }
  if (secretAccessKey && !accessKeyId) {
    problems.push('CHARSU_MEDIA_S3_SECRET_ACCESS_KEY is set without CHARSU_MEDIA_S3_ACCESS_KEY_ID: set both')
  }
  if (!bucket) {
    if (endpoint || region || accessKeyId || secretAccessKey) {
      problems.push(
        'CHARSU_MEDIA_S3_BUCKET is missing beside the other settings of the store: name the bucket, or remove them to keep files in CHARSU_MEDIA_DIR',
      )
    }
    return { settings: null, problems }
  }
  if (endpoint && !(accessKeyId && secretAccessKey)) {
    problems.push(
      'CHARSU_MEDIA_S3_ENDPOINT needs CHARSU_MEDIA_S3_ACCESS_KEY_ID and CHARSU_MEDIA_S3_SECRET_ACCESS_KEY: only Amazon’s own store knows machines by themselves',
    )
  }
  const settings: S3Settings = {
    endpoint: endpoint ?? null,
    bucket,
    region: region ?? DEFAULT_REGION,
    accessKeyId: accessKeyId ?? null,
    secretAccessKey: secretAccessKey ?? null,
  }
  return { settings, problems }
}
