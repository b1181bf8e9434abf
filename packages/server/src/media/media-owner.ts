/** Whose an upload is: its media token works for them alone (wire contract §10). */
export interface MediaOwner {
  kind: 'app' | 'user'
  /** Of the app or the person, as the database has it. */
  id: string
}
