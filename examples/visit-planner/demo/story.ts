import { type BlockFacts, blockAndUnblock } from './chapters/block-and-unblock.ts'
import { type BuyerClickFacts, clickAsBuyer } from './chapters/buyer-clicks.ts'
import { type ConsoleFacts, useConsole } from './chapters/console.ts'
import { type ConsentFacts, giveConsent } from './chapters/give-consent.ts'
import { type MarketplaceFacts, openMarketplace } from './chapters/open-marketplace.ts'
import { type NoticeFacts, readNotice } from './chapters/read-notice.ts'
import { type RegisteredFacts, registerApp } from './chapters/register-app.ts'
import { type RevokeFacts, revokeConsent } from './chapters/revoke-consent.ts'
import { clickAsSeller, type SellerClickFacts } from './chapters/seller-clicks.ts'
import { sendTwoFaces, type TwoFacesFacts } from './chapters/two-faces.ts'
import type { Stage } from './stage.ts'

/** What happened, for whoever wants to look closer than the story itself did. */
export interface StoryFacts {
  marketplace: MarketplaceFacts
  registered: RegisteredFacts
  consent: ConsentFacts
  twoFaces: TwoFacesFacts
  buyerClicks: BuyerClickFacts
  sellerClicks: SellerClickFacts
  notice: NoticeFacts
  block: BlockFacts
  console: ConsoleFacts
  revoke: RevokeFacts
}

/**
 * The whole story of a buyer, a seller and the visit planner, over HTTP.
 * @throws StoryError at the first thing that is not as it must be.
 */
export async function tellStory(stage: Stage): Promise<StoryFacts> {
  try {
    const beginning = await tellBeginning(stage)
    const twoFaces = await sendTwoFaces(stage)
    return {
      ...beginning,
      twoFaces,
      buyerClicks: await clickAsBuyer(stage),
      sellerClicks: await clickAsSeller(stage),
      notice: await readNotice(stage),
      block: await blockAndUnblock(stage),
      console: await useConsole(stage, twoFaces.webhook),
      revoke: await revokeConsent(stage),
    }
  } finally {
    await stage.app.stop()
  }
}

/** Up to the moment when the app is connected and hears what is written. */
export const tellBeginning = async (
  stage: Stage,
): Promise<Pick<StoryFacts, 'marketplace' | 'registered' | 'consent'>> => ({
  marketplace: await openMarketplace(stage),
  registered: await registerApp(stage),
  consent: await giveConsent(stage),
})
