import { parser } from '@charsu/protocol/parse'
import * as Type from 'typebox'
import { pageOf, uuidCursor } from '../console/page-query.ts'
import { type Route, route } from '../http/route.ts'
import { maskedPhone } from '../marketplace/masked-phone.ts'
import { type ChangeUserDeps, changeUserAsOperator, requireUser } from './change-user.ts'
import { listQuery, NextCursor, OrNull, searchText, Time } from './list-query.ts'
import {
  type Belongings,
  findUsers,
  MOST_POSTS,
  readBelongings,
  USER_FLAGS,
  type UserFlag,
  type UserRow,
} from './user-store.ts'

const USERS = '/operator/v1/users'

export const ListedUser = Type.Object({
  host_id: Type.String(),
  name: Type.String(),
  phone: OrNull(Type.String({ description: 'masked, as 0912*****67' })),
  locale: Type.String(),
  blacklisted: Type.Boolean(),
  developer: Type.Boolean(),
  operator: Type.Boolean(),
  created_at: Time,
  updated_at: Time,
})
export type ListedUser = Type.Static<typeof ListedUser>

export const UserView = Type.Object({
  ...ListedUser.properties,
  apps: Type.Array(Type.Object({ slug: Type.String(), display_name: Type.String() }), {
    description: 'that they own',
  }),
  posts: Type.Integer({ description: `that they own; ${MOST_POSTS} stands for that or more` }),
})
export type UserView = Type.Static<typeof UserView>

const usersQuery = listQuery(
  uuidCursor,
  {
    q: searchText('words of the name, the beginning of the host id, or a whole phone number'),
    flag: Type.Optional(Type.Enum([...USER_FLAGS], { description: 'those who have it' })),
  },
  (given) => ({ search: given('q'), flag: given('flag') as UserFlag | undefined }),
)

const flag = (description: string) => Type.Optional(Type.Boolean({ description }))

const flagsParser = parser(
  Type.Object(
    {
      blacklisted: flag('nobody can write to or as this person'),
      developer: flag('may use the console'),
      operator: flag('may do what you do'),
    },
    // A misspelt flag that was passed over would look like one that was changed.
    { additionalProperties: false },
  ),
)

const listed = ({ id: _, phone, created_at, updated_at, ...row }: UserRow) => ({
  ...row,
  phone: phone === null ? null : maskedPhone(phone),
  created_at: created_at.toISOString(),
  updated_at: updated_at.toISOString(),
})

const view = (row: UserRow, belongings: Belongings) => ({ ...listed(row), ...belongings })

export const userRoutes = (deps: ChangeUserDeps): Route[] => {
  const answer = async (hostId: string) => {
    const user = await requireUser(deps.db, hostId)
    return view(user, await readBelongings(deps.db, user.id))
  }
  return [
    route({
      method: 'GET',
      path: USERS,
      operation: 'Operator_ListUsers',
      summary: 'Find people by name, host id or phone; who came last first',
      caller: 'operator',
      query: usersQuery,
      answer: Type.Object({ users: Type.Array(ListedUser), next_cursor: NextCursor }),
      handle: async ({ query: { limit, ...filter } }) => {
        const rows = await findUsers(deps.db, { ...filter, limit: limit + 1 })
        const { page, next_cursor } = pageOf(rows, limit, ({ id }) => id)
        return { users: page.map(listed), next_cursor }
      },
    }),
    route({
      method: 'GET',
      path: `${USERS}/:host_id`,
      operation: 'Operator_GetUser',
      summary: 'One person, with the apps they own',
      caller: 'operator',
      answer: UserView,
      handle: ({ params }) => answer(params.host_id ?? ''),
    }),
    route({
      method: 'PATCH',
      path: `${USERS}/:host_id`,
      operation: 'Operator_ChangeUser',
      summary: 'Blacklist somebody, or make them a developer or an operator, or take that back',
      caller: 'operator',
      body: flagsParser,
      answer: UserView,
      async handle({ caller, params, body: flags }) {
        const hostId = params.host_id ?? ''
        await changeUserAsOperator(deps, { operatorId: caller.userId, hostId, flags })
        return answer(hostId)
      },
    }),
  ]
}
