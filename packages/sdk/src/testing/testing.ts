/**
 * The test bed, a whole marketplace in memory around an app: `@charsu/sdk/testing`.
 * @module
 */

export type { Allowed, AllowOptions } from './allow.ts'
export { type BedChat, type BedTime, TestBed, testBed } from './bed.ts'
export { AppAnswerError, type AppTrouble, BedError } from './bed-error.ts'
export type { AppUnderTest, BedSettings, TestBedOptions } from './bed-settings.ts'
export type { Visit } from './browser.ts'
export type { BedClick } from './click.ts'
export type { Touchpoint } from './click-place.ts'
export type { BedEvent, EventAttempt } from './deliveries.ts'
export type { OtherContent, Person } from './person.ts'
export type { BedCall } from './platform.ts'
export type { PostInput } from './posts.ts'
export type { SeenMessage, SeenNotice } from './seen.ts'
export type { Post } from './world.ts'
