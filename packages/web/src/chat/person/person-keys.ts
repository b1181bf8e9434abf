/** Names of what a person's QueryClient keeps; the stream makes those that it tells of be asked again. */
export const personKeys = {
  me: ['me'],
  notices: ['notices'],
  grants: ['grants'],
  blocks: ['blocks'],
  chatbots: ['chatbots'],
  conversationApps: (conversationId: string) => ['conversation-apps', conversationId],
} as const satisfies Readonly<Record<string, readonly string[] | ((id: string) => readonly string[])>>
