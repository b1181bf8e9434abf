import type { ReplayRow } from './replay-store.ts'

const iso = (time: Date | null): string | null => time?.toISOString() ?? null

/** A replay in the words of the console's and the host's API. */
export const replayView = (job: ReplayRow) => ({
  id: job.id,
  /** Slug; null for every app. */
  app: job.app,
  filter: {
    from: iso(job.created_from),
    to: iso(job.created_to),
    event_type: job.event_type,
    state: job.state,
    conversation_id: job.conversation_id,
    webhook_id: job.webhook_id,
  },
  status: job.status,
  reason: job.waits_for_endpoint ? 'waits_for_endpoint' : job.reason,
  created_by: creatorOf(job),
  created_at: job.created_at.toISOString(),
  updated_at: job.updated_at.toISOString(),
  finished_at: iso(job.finished_at),
  progress: {
    percent: percent(job),
    examined: job.examined,
    matched: job.matched,
    queued: job.queued,
    /** Queued and not finished, when last looked at; the three that follow are the finished ones. */
    waiting: job.waiting,
    delivered: job.delivered,
    dead: job.dead,
    cancelled: job.cancelled,
    skipped: {
      consent_withdrawn: job.skipped_consent,
      cancelled: job.skipped_cancelled,
      endpoint_disabled: job.skipped_endpoint,
      delivered_since: job.skipped_delivered,
    },
  },
})

const creatorOf = ({ by_host, by_operator }: ReplayRow): 'host' | 'operator' | 'developer' =>
  by_operator ? 'operator' : by_host ? 'host' : 'developer'

/** A whole number; 100 stands for done and nothing less. */
const percent = ({ status, looked_at }: ReplayRow): number =>
  status === 'done' ? 100 : Math.min(99, Math.floor(looked_at * 100))
