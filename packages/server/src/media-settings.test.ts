import { describe, expect, test } from 'vitest'
import { type GivenS3Settings, s3Settings } from './media-settings.ts'

const NOTHING: GivenS3Settings = {
  endpoint: undefined,
  bucket: undefined,
  region: undefined,
  accessKeyId: undefined,
  secretAccessKey: undefined,
}
const KEYS = { accessKeyId: 'id', secretAccessKey: 'a-secret-that-never-shows' }
const STORE = { endpoint: 'https://s3.example', bucket: 'uploads', region: 'tehran', ...KEYS }

describe('the settings of an S3-compatible store', () => {
  test('are none without a bucket', () => {
    expect(s3Settings(NOTHING)).toEqual({ settings: null, problems: [] })
  })

  test('are read whole', () => {
    expect(s3Settings(STORE)).toEqual({ settings: STORE, problems: [] })
  })

  test('are a bucket alone at Amazon, where a machine may have a role', () => {
    expect(s3Settings({ ...NOTHING, bucket: 'uploads' })).toEqual({
      settings: {
        endpoint: null,
        bucket: 'uploads',
        region: 'us-east-1',
        accessKeyId: null,
        secretAccessKey: null,
      },
      problems: [],
    })
  })

  test.each<[string, Partial<GivenS3Settings>, string]>([
    ['an endpoint without a bucket', { bucket: undefined }, 'CHARSU_MEDIA_S3_BUCKET is missing'],
    [
      'keys alone',
      { bucket: undefined, endpoint: undefined, region: undefined },
      'CHARSU_MEDIA_S3_BUCKET is missing',
    ],
    ['a key without its secret', { secretAccessKey: undefined }, 'without CHARSU_MEDIA_S3_SECRET_ACCESS_KEY'],
    ['a secret without its key', { accessKeyId: undefined }, 'without CHARSU_MEDIA_S3_ACCESS_KEY_ID'],
    [
      'an endpoint without keys',
      { accessKeyId: undefined, secretAccessKey: undefined },
      'CHARSU_MEDIA_S3_ENDPOINT needs',
    ],
  ])('by halves are refused: %s', (_, change, problem) => {
    const { problems } = s3Settings({ ...STORE, ...change })
    expect(problems.join()).toContain(problem)
    expect(problems.join()).not.toContain(KEYS.secretAccessKey)
  })
})
