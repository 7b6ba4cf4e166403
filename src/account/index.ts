/**
 * The account-scoped family: the resources of one account, which the engine behind the API serves.
 *
 * `account_id` is optional everywhere: it defaults to the account of the credential.
 *
 * @since 0.1.0
 */
export * as Users from "./Users.ts"
