/**
 * The accounts themselves: the tree of them, as the engine and as the pages in camelCase see it.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Accounts from "../../../account/Accounts.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as World from "../state.ts"
import * as Tree from "./accounts.ts"
import * as Engine from "./envelope.ts"
import * as Paging from "./paging.ts"
import * as Documents from "./storedDocuments.ts"

const defaults: Engine.Document = {
  call_restriction: {},
  enabled: true,
  language: "en-US",
  music_on_hold: {},
  preflow: {},
  ringtones: {},
  timezone: "America/Los_Angeles"
}

const statusOf = ({ document: { data } }: Tree.Account): Schema.Json =>
  data.status ?? (data.enabled === false ? "suspended" : "active")

const show = ({ document: { created, data, id } }: Tree.Account): Engine.Document => ({
  ...data,
  id,
  created: World.iso(created)
})

const reply = (account: Tree.Account): Engine.Reply => ({
  data: show(account),
  revision: `${account.document.revision}-${account.id}`,
  metadata: {
    created: Documents.gregorian(account.document.created),
    modified: Documents.gregorian(account.document.modified)
  }
})

/** What the engine lists of an account. */
const summary = (tree: Tree.Tree, account: Tree.Account): Engine.Document => ({
  ...Documents.pick(account.document.data, "name", "realm", "flags"),
  id: account.id,
  descendants_count: Tree.descendants(tree, account.id).length
})

const realm = (tree: Tree.Tree, data: Engine.Document, id: string | undefined): Effect.Effect<void, Engine.Refusal> =>
  data.realm !== undefined &&
  tree.accounts.all().some((other) => other.id !== id && other.document.data.realm === data.realm)
    ? Engine.invalid("realm", "unique", "Another account has this realm", data.realm)
    : Effect.void

/** Adds an account below another. */
const create = (
  tree: Tree.Tree,
  parent: Tree.Account,
  sent: Engine.Document,
  now: number
): Effect.Effect<Tree.Account, Engine.Refusal> =>
  Effect.suspend(() => {
    if (typeof sent.name !== "string" || sent.name === "") {
      return Engine.invalid("name", "required", "Field is required but missing")
    }
    return Effect.map(realm(tree, sent, undefined), () => {
      const id = Tree.hex(tree.next())
      const data = Documents.merge({ ...defaults, realm: `${id.slice(-6)}.sip.audian.com` }, sent)
      return Tree.plant(tree, id, parent.id, data, now)
    })
  })

/** Writes the document of an account. */
const write = (tree: Tree.Tree, account: Tree.Account, sent: Engine.Document, now: number): Engine.Answer =>
  Effect.map(realm(tree, sent, account.id), () => {
    const data = Documents.merge(defaults, sent)
    const { document } = account
    const written = { ...account, document: { ...document, revision: document.revision + 1, modified: now, data } }
    tree.accounts.set(account.id, written)
    return reply(written)
  })

/** Puts an account in another place; the key's own has its place from above. */
const move = (tree: Tree.Tree, account: Tree.Account, parent: string | undefined): Engine.Answer => {
  if (account.id === tree.own) return Engine.forbidden
  const moved = { ...account, parent }
  tree.accounts.set(account.id, moved)
  return Engine.reply(show(moved))
}

export const handlers = (tree: Tree.Tree): ReadonlyArray<AudianTest.Handler> => [
  Tree.handle(tree, Accounts.get, ({ account }) => Effect.succeed(reply(account))),

  Tree.handle(tree, Accounts.update, ({ account, now, sent }) => write(tree, account, sent, now)),

  Tree.handle(tree, Accounts.patch, ({ account, now, sent }) =>
    write(tree, account, Documents.merge(account.document.data, sent), now)
  ),

  Tree.handle(tree, Accounts.remove, ({ account, input: { force = false } }) => {
    const below = Tree.descendants(tree, account.id)
    if (below.length > 0 && !force) return Engine.fault("account_has_descendants")
    const removed = new Set([account, ...below].map(({ id }) => id))
    for (const id of removed) tree.accounts.delete(id)
    for (const [number, owner] of tree.world.elsewhere) if (removed.has(owner)) tree.world.elsewhere.delete(number)
    return Effect.succeed({ ...reply(account), metadata: { deleted: true } })
  }),

  Tree.handle(tree, Accounts.create, ({ account, now, sent }) =>
    Effect.map(create(tree, account, sent, now), (created) => ({ data: show(created) }))
  ),

  Tree.handle(tree, Accounts.createSubAccount, ({ account, now, sent }) =>
    Effect.map(create(tree, account, sent, now), reply)
  ),

  Tree.handle(tree, Accounts.createChild, ({ account, now, sent }) =>
    Effect.map(create(tree, account, sent, now), (created) => ({ data: show(created) }))
  ),

  Tree.handle(tree, Accounts.listSubAccounts, ({ account, input }) =>
    Paging.page(Tree.children(tree, account.id), input, {
      position: ({ document }) => document.position,
      show: (child) => summary(tree, child)
    })
  ),

  Tree.handle(tree, Accounts.listChildren, ({ account, input: { limit = 10, offset = 0, status } }) => {
    const all = Tree.children(tree, account.id).filter((child) => status === undefined || statusOf(child) === status)
    return Engine.reply({
      data: all.slice(offset, offset + limit).map((child) => ({
        ...summary(tree, child),
        status: statusOf(child),
        createdAt: World.iso(child.document.created),
        userCount: child.of("users").size(),
        deviceCount: child.of("devices").size()
      })),
      pagination: { limit, offset, total: all.length }
    })
  }),

  Tree.handle(tree, Accounts.setParent, ({ account, sent: { parentId } }) => {
    if (typeof parentId !== "string") return Engine.invalid("parentId", "required", "Field is required but missing")
    if (tree.accounts.find(parentId) === undefined) return Engine.unknownId(parentId)
    return Effect.flatMap(Tree.reach(tree, parentId), () =>
      Tree.isWithin(tree, parentId, account.id)
        ? Engine.invalid("parentId", "invalid", "An account cannot be below itself", parentId)
        : move(tree, account, parentId)
    )
  }),

  Tree.handle(tree, Accounts.removeParent, ({ account }) => move(tree, account, undefined))
]
