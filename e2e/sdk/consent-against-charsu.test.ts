import { OAuth, OAuthError, pkcePair, scope } from '@charsu/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BACK, type ConnectedApp, connectedApp } from './connected-app.ts'
import { refusalOf } from './refusal-of.ts'

let here: ConnectedApp
beforeAll(async () => {
  here = await connectedApp()
})
afterAll(() => here.node.close())

describe('consent', () => {
  test('is asked for, given with PKCE, and becomes a grant that knows its user', async () => {
    const { grants, oauth, post, seller } = here
    const { codeVerifier, codeChallenge } = await pkcePair()
    const scopes = [scope.sendInPostConversations(post.token), scope.userId, scope.offline]
    const back = await here.comeBack(oauth.consentUrl({ scopes, state: 'a b&ز', codeChallenge }), seller)
    expect(back.origin + back.pathname).toBe(BACK)
    expect(back.searchParams.get('state')).toBe('a b&ز')
    const grant = await oauth.exchange(back.searchParams.get('code') ?? '', { codeVerifier, side: 'seller' })
    expect(grant).toMatchObject({ scopes, side: 'seller', version: 1 })
    expect(grant.userId).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
    expect((await grants.ofUser(grant.userId ?? '')).map(({ id }) => id)).toContain(grant.id)
  })

  test('comes back with the user’s no', async () => {
    const { oauth, seller } = here
    const back = await here.comeBack(oauth.consentUrl({ scopes: [scope.userId], state: 's' }), seller, 'deny')
    expect(back.searchParams.get('error')).toBe('access_denied')
  })

  test('gives nothing for a code that was used, and nothing of it is kept', async () => {
    const { grants, oauth, seller } = here
    const back = await here.comeBack(oauth.consentUrl({ scopes: [scope.sendEvent], state: 's' }), seller)
    const code = back.searchParams.get('code') ?? ''
    const first = await oauth.exchange(code)
    const before = grants.all().length
    const error = await refusalOf(oauth.exchange(code))
    expect(error).toBeInstanceOf(OAuthError)
    expect(error).toMatchObject({ error: 'invalid_grant', status: 400 })
    expect(error.message).toContain('send the user to consentUrl again')
    expect(grants.all()).toHaveLength(before)
    await grants.delete(first.id)
  })

  test('is refused with a secret that is none', async () => {
    const { app, grants, node } = here
    const wrong = new OAuth({
      apiKey: app.key,
      baseUrl: node.url,
      clientId: app.slug,
      clientSecret: app.key,
      redirectUri: BACK,
      grants,
    })
    const error = await refusalOf(wrong.exchange('cc_nothing'))
    expect(error).toMatchObject({ error: 'invalid_client', status: 401 })
    expect(error.message).not.toContain(app.key)
  })

  test('stays alive over the hours, by one refresh for all callers at once', async () => {
    const { clock, grants, seller } = here
    const { id, client } = await here.connect(seller, [scope.userId, scope.offline])
    const before = await grants.get(id)
    clock.forward(2 * 3_600_000)
    const users = await Promise.all([client.getUser(), client.getUser(), client.getUser()])
    expect(new Set(users.map(({ user_id }) => user_id)).size).toBe(1)
    const after = await grants.get(id)
    expect(after?.version).toBe(2)
    expect(after?.refreshToken).not.toBe(before?.refreshToken)
  })

  test('is renewed when the platform does not take a token that should still live', async () => {
    const { clock, grants, seller } = here
    const { id, client } = await here.connect(seller, [scope.userId, scope.offline])
    clock.forward(2 * 3_600_000)
    here.behindMs += 2 * 3_600_000
    expect(await client.getUser()).toHaveProperty('user_id')
    expect((await grants.get(id))?.version).toBe(2)
  })

  test('that was taken back ends the grant, and the error says to ask again', async () => {
    const { buyer, clock, grants, node } = here
    const { id, client } = await here.connect(buyer, [scope.userId, scope.offline])
    const list = await fetch(`${node.url}/me/v1/grants`, { headers: { cookie: buyer.cookie } })
    const { grants: theirs } = (await list.json()) as { grants: { id: string }[] }
    for (const grant of theirs) {
      await fetch(`${node.url}/me/v1/grants/${grant.id}`, {
        method: 'DELETE',
        headers: { cookie: buyer.cookie },
      })
    }
    clock.forward(2 * 3_600_000)
    const error = await refusalOf(client.getUser())
    expect(error).toMatchObject({ error: 'invalid_grant', operation: 'refresh' })
    expect(await grants.get(id)).toBeUndefined()
    await expect(client.getUser()).rejects.toMatchObject({ name: 'NoGrantError' })
  })
})
