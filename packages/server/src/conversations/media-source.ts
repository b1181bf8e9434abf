import type { StoredMedia } from '../db/message-body.ts'

/** Whose upload a media token stands for: the token works for them alone. */
export interface MediaOwner {
  kind: 'app' | 'user'
  id: string
}

export interface ClaimedMedia {
  type: 'IMAGE' | 'FILE' | 'VOICE' | 'VIDEO'
  media: StoredMedia
}

/** Uploaded files as the send path needs them. */
export interface MediaSource {
  /**
   * Ties an upload to the message that is about to be sent, so that it is kept as long as that message.
   * @throws 400 on media_token when it is unknown, somebody else's, or was removed (wire contract §10).
   */
  claim(owner: MediaOwner, token: string, messageId: string): Promise<ClaimedMedia>
}
