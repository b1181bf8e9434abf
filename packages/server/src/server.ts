import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { AppUserIds } from './access/app-user-ids.ts'
import { Authenticator } from './access/authenticator.ts'
import { CallLimits } from './access/call-limits.ts'
import { CheckLimit } from './access/check-limit.ts'
import { InvalidationPoller } from './access/invalidations.ts'
import { MessageLimit } from './access/message-limit.ts'
import { ClicksUnderWay } from './actions/clicks-under-way.ts'
import { actionRoutes } from './actions/routes.ts'
import { CLICK_DEADLINE_MS } from './actions/run-click.ts'
import { assetsRoutes } from './apps/assets-routes.ts'
import { UsageMeter } from './apps/usage-meter.ts'
import type { Config } from './config.ts'
import { consoleRoutes } from './console/routes.ts'
import { chatbotRoutes } from './conversations/chatbot-routes.ts'
import { ConversationFactsCache } from './conversations/conversation-facts.ts'
import { conversationRoutes } from './conversations/routes.ts'
import { MessageSender } from './conversations/send-message.ts'
import { createDatabase } from './db/database.ts'
import { startHousekeeping } from './db/housekeeping.ts'
import { settingOnce } from './db/instance-settings.ts'
import { Wake } from './db/wake.ts'
import { createDispatcher } from './delivery/dispatcher.ts'
import { LiveNodes } from './delivery/live-nodes.ts'
import { createReplayRunner } from './delivery/replay-runner.ts'
import { prepareHistory } from './delivery/retention.ts'
import { DemoBot } from './demo-bot/demo-bot.ts'
import { openDevelopment } from './development/open-development.ts'
import { developmentSurface } from './development-surface.ts'
import { publishFact } from './events/publish-fact.ts'
import { eventRoutes } from './events/routes.ts'
import { hostRoutes } from './host/routes.ts'
import { createUserEraser } from './host/user-eraser.ts'
import { housekeepingTasks } from './housekeeping-tasks.ts'
import { refuseOtherMethods } from './http/bind-route.ts'
import { createHttp, type HttpDeps, registerRoutes } from './http/create-http.ts'
import { errorRoutes } from './http/error-routes.ts'
import { closeHttp, listen } from './http/listen.ts'
import { registerOpenApi } from './http/openapi.ts'
import type { Route } from './http/route.ts'
import { isLoopbackHost, isOwnOrigin, type Site } from './http/site.ts'
import { newId } from './ids.ts'
import { hostIdHasher } from './marketplace/deleted-host-ids.ts'
import { readPageTemplates } from './marketplace/page-templates.ts'
import { marketplaceRoutes } from './marketplace/routes.ts'
import { loginRoutes } from './me/login-routes.ts'
import { meRoutes } from './me/routes.ts'
import { LiveViewers } from './me/viewers.ts'
import { createMedia } from './media/create-media.ts'
import { noticeRoutes } from './notices/routes.ts'
import { ConsentTickets } from './oauth/consent-ticket.ts'
import { oauthRoutes } from './oauth/routes.ts'
import { createObserver } from './observe/observer.ts'
import { operatorRoutes } from './operator/routes.ts'
import { createAddressGuard } from './outbound/address-guard.ts'
import { readAuthorities } from './outbound/authorities.ts'
import { createOutbound } from './outbound/call-app.ts'
import type { Server, ServerDeps } from './server-interface.ts'
import { watchReplacement } from './snapshots/replacement-watch.ts'
import { VERSION } from './version.ts'
import { PageFiles } from './web/page-files.ts'
import { webRoutes } from './web/routes.ts'

const INVALIDATION_POLL_MS = 300
const NEWS_POLL_MS = 1_000
const HOUSEKEEPING_MS = 600_000
const FIRST_HOUSEKEEPING_MS = 30_000
const LONGEST_PREPARATION_MS = 5_000
/** A replay of the oldest delivery that is kept still finds the files of its message, with time to load them. */
const EVENT_LINK_BEYOND_MS = 10 * 24 * 3_600_000

/** Puts the rooms together; everything they need is passed in, nothing is read from the environment. */
export async function createServer(config: Config, deps: ServerDeps): Promise<Server> {
  const { pool, clock, log } = deps
  const db = createDatabase(pool)
  const site: Site = { publicUrl: config.publicUrl }
  // Asked at each error: with port 0 the address is known late.
  const helpUrl = (reason: string): string => `${site.publicUrl}/errors/${reason}`
  const secret =
    config.secret ?? (await settingOnce(db, 'secret', () => randomBytes(32).toString('base64url')))
  const hostKey =
    config.hostKey ??
    (await settingOnce(db, 'development_host_key', () => randomBytes(24).toString('base64url')))
  const userIds = new AppUserIds(Buffer.from(secret))
  const node = deps.delivery?.node ?? newId()
  const nodes = new LiveNodes(
    { db, log, onChange: () => wake.tell('nodes') },
    { id: node, host: hostname(), pid: deps.pid ?? null, version: VERSION, delivers: config.dispatcher },
  )
  const listenUrl = pool.options.connectionString ?? ''
  const wake = new Wake({ pool, listenUrl, node, isAlone: () => nodes.isAlone, log })
  const invalidations = new InvalidationPoller({ db, clock, log, intervalMs: INVALIDATION_POLL_MS })
  const authenticator = new Authenticator({
    db,
    clock,
    freshness: invalidations,
    hostKey,
    onForgotten: () => wake.tell('credentials'),
    metrics: { token: config.metricsToken, open: config.mode === 'development' },
  })
  const replacement = await watchReplacement(db, deps.onReplaced)
  invalidations.listen(replacement)
  const guard = createAddressGuard({
    allow: config.egressAllow,
    allowEverything: config.mode === 'development',
  })
  const callRules = { guard, ports: config.egressPorts }
  const authorities = await readAuthorities(config.egressCa)
  const development =
    config.mode === 'development'
      ? openDevelopment({
          db,
          clock,
          log,
          tellOthers: () => wake.tell('traffic'),
          openUploadToken: (token) => media.tokens.open(token),
          authenticator,
          site,
        })
      : null
  const ownOutbound = createOutbound({
    ...callRules,
    authorities,
    clock,
    log,
    ...(deps.resolver && { resolver: deps.resolver }),
  })
  const outbound = development ? development.watch(ownOutbound) : ownOutbound
  const facts = new ConversationFactsCache(db)
  const longestKept = Math.max(config.retainDeliveredMs, config.retainFailedMs)
  const media = await createMedia({
    db,
    clock,
    log,
    site,
    secret: Buffer.from(secret),
    config,
    eventLinkMs: longestKept + EVENT_LINK_BEYOND_MS,
    ...(deps.media && { options: deps.media }),
  })
  const eraser = createUserEraser({ db, log, userIds, publishFact, authenticator })
  const observer = await createObserver(config, {
    pool,
    clock,
    log,
    node,
    state: () => ({
      inFlight: dispatcher.inFlight,
      nodes: nodes.delivering,
      outbound: outbound.held(),
      deliveryTrouble: dispatcher.trouble,
      unheardMs: clock.monotonic() - invalidations.polledAt(),
    }),
    siblings: deps.siblingMetrics,
  })
  const quotaDeps = { pool, clock, log, nodes: () => nodes.living, ...observer.quotas }
  const callLimitDefaults = { perMinute: config.appRequestsPerMinute, perDay: config.appRequestsPerDay }
  const callLimits = new CallLimits(quotaDeps, callLimitDefaults)
  const usage = new UsageMeter({ pool, log })
  const messageLimit = new MessageLimit(quotaDeps, config.userMessagesPerMinute)
  const dispatcher = createDispatcher(
    {
      pool,
      outbound,
      rendering: { userIds, media: media.links },
      clock,
      log,
      onAttempt: usage.countingAttempts(observer.onAttempt),
      trace: observer.attempts,
      liveNodes: () => nodes.delivering,
    },
    { concurrency: config.endpointConcurrency, ...deps.delivery, node },
  )
  const replays = createReplayRunner({ db, log, onQueued: () => dispatcher.wake() })
  const viewers = new LiveViewers({
    db,
    clock,
    log,
    links: media.links,
    pollMs: NEWS_POLL_MS,
    tellOthers: (topic, ids) => wake.tell(topic, ids),
  })
  wake.on('nodes', () => nodes.wake())
  wake.on('credentials', () => invalidations.wake())
  wake.on('conversations', (ids) => viewers.hearConversations(ids))
  wake.on('users', (ids) => viewers.hearUsers(ids))
  wake.on('deliveries', () => dispatcher.wake())
  const sender = new MessageSender({
    pool,
    clock,
    // A node that delivers holds what it wrote; of one that does not, others must hear.
    deliveries: config.dispatcher ? dispatcher : { ...dispatcher, accept: () => wake.tell('deliveries') },
    viewers,
    onCommit: observer.onCommit,
    onSent: development?.callsOfApps.onSent,
  })
  const login = { pageTemplates: () => readPageTemplates(db), mode: config.mode }
  const onDeliveriesDue = () => (config.dispatcher ? dispatcher.wake() : wake.tell('deliveries'))
  const clicks = {
    db,
    outbound,
    trace: observer.clickCalls,
    userIds,
    clock,
    site,
    log,
    clickDeadlineMs: CLICK_DEADLINE_MS,
  }

  const routes: Route[] = [
    ...observer.routes,
    ...errorRoutes({ helpUrl }),
    ...conversationRoutes({ db, userIds, sender, facts, media: media.source }),
    ...chatbotRoutes({ db, sender, facts, userIds, media: media.source }),
    ...marketplaceRoutes({ db, userIds, mode: config.mode }),
    ...assetsRoutes(),
    ...media.routes,
    ...eventRoutes({ db, callRules }),
    ...noticeRoutes({ db, userIds, readers: viewers }),
    ...actionRoutes({
      ...clicks,
      sender,
      messageLimit,
      authenticator,
      opening: new ClicksUnderWay(),
      ...login,
    }),
    ...hostRoutes({
      db,
      callLimitDefaults,
      site,
      sender,
      facts,
      media: media.source,
      links: media.links,
      uploadTokens: media.tokens,
      forget: (tag) => authenticator.forget(tag),
      hashHostId: hostIdHasher(Buffer.from(secret)),
      eraser,
      onDeliveriesDue,
      mode: config.mode,
    }),
    ...oauthRoutes({
      db,
      clock,
      userIds,
      authenticator,
      publishFact,
      tickets: new ConsentTickets(Buffer.from(secret), clock),
      helpUrl,
      ...login,
    }),
    ...loginRoutes({ db, site, authenticator }),
    ...webRoutes({ ...login, files: new PageFiles(deps.pages ?? null), authenticator, version: VERSION }),
    ...meRoutes({
      db,
      messageLimit,
      facts,
      sender,
      media: media.source,
      links: media.links,
      viewers,
      uploadTokens: media.tokens,
      userIds,
      authenticator,
      publishFact,
      clicks: { ...clicks, underWay: new ClicksUnderWay() },
      ...login,
    }),
    ...consoleRoutes({
      db,
      helpUrl,
      callLimitDefaults,
      userIds,
      media: media.links,
      credentials: authenticator,
      rules: { ...callRules, mode: config.mode },
      outbound,
      checks: new CheckLimit(quotaDeps),
      onDeliveriesDue,
      mode: config.mode,
    }),
    ...operatorRoutes({ db, clock, node, callLimitDefaults, helpUrl, authenticator, observer }),
  ]

  const ownOrigin = (origin: string): boolean => isOwnOrigin(origin, site, config.mode)
  const botDeps = { db, clock, log, userIds, authenticator, site, sender, media: media.source }
  const bot = development && new DemoBot({ ...botDeps, runs: deps.demoBot ?? false })
  if (development && bot) {
    wake.on('traffic', () => development.streams.wake())
    routes.push(
      ...developmentSurface({
        development,
        bot,
        db,
        userIds,
        pool,
        site,
        hostKey,
        version: VERSION,
        dataDir: config.dataDir,
        credentials: authenticator,
        rules: { ...callRules, mode: config.mode },
        clock,
        outbound,
        onDeliveriesDue,
        storage: media.storage,
        replacement,
        tellOthers: () => wake.tell('credentials'),
      }),
    )
  }

  const counted = usage.countingCalls(callLimits)
  const httpDeps: HttpDeps = {
    authenticator,
    callLimits: development?.limitCalls(counted) ?? counted,
    log,
    observer: observer.requests,
    helpUrl,
    isOwnOrigin: ownOrigin,
    ...development?.http,
    isOwnHost: config.mode === 'development' ? isLoopbackHost : () => true,
  }
  const http = createHttp(httpDeps)
  development?.callsOfApps.register(http)
  await registerOpenApi(http)
  registerRoutes(http, httpDeps, routes)
  refuseOtherMethods(http, routes)

  let endHousekeeping = async (): Promise<void> => {}
  return {
    hostKey,
    routes,
    metrics: observer.metrics,
    async listen() {
      await media.open()
      await nodes.start()
      wake.start()
      await invalidations.start()
      await prepareHistory({ db, log }, config, AbortSignal.timeout(LONGEST_PREPARATION_MS)).catch((error) =>
        log.warn({ err: error }, 'could not make partitions of the history; it is tried again later'),
      )
      if (config.dispatcher) {
        dispatcher.start()
        replays.start()
      }
      callLimits.start()
      messageLimit.start()
      usage.start()
      viewers.start()
      development?.start()
      eraser.start()
      endHousekeeping = startHousekeeping({
        firstAfterMs: deps.firstHousekeepingMs ?? FIRST_HOUSEKEEPING_MS,
        everyMs: HOUSEKEEPING_MS,
        log,
        tasks: housekeepingTasks({ db, log, config, longestKeptMs: longestKept, media }),
      })
      await http.ready()
      const open = () => listen(http, config)
      const port = await (deps.takePort ? deps.takePort(open) : open())
      // With port 0 and no public URL given, the address is known only now.
      if (new URL(config.publicUrl).port === '0') site.publicUrl = `http://localhost:${port}`
      bot?.start({ host: config.host, port })
      return { port, url: site.publicUrl }
    },
    leavePort() {
      http.server.close()
    },
    async close({ after } = {}) {
      const lastSends = Promise.withResolvers<void>()
      const dispatched = after && dispatcher.stop(lastSends.promise)
      await after
      observer.stopping()
      if (config.stopDelayMs > 0) await delay(config.stopDelayMs)
      await Promise.all([viewers.close(), bot?.stop()])
      await development?.streams.close()
      await endHousekeeping()
      await replays.stop()
      await eraser.stop()
      closeHttp(http)
        .then(() => sender.idle())
        .then(lastSends.resolve, lastSends.reject)
      await Promise.all([lastSends.promise, dispatched ?? dispatcher.stop(lastSends.promise)])
      await Promise.all([callLimits.stop(), messageLimit.stop(), usage.stop()])
      await media.close()
      await outbound.close()
      await development?.close()
      await invalidations.stop()
      await nodes.stop()
      await wake.stop()
      await observer.close()
    },
  }
}
