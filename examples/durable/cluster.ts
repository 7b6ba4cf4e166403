// The workflow engine on a cluster of processes that share a PostgreSQL.
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Config from "effect/Config"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import type * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Layer from "effect/Layer"

/**
 * Intervals after which a dead runner is noticed. The defaults, ten to thirty times as long, suit a real cluster.
 */
const testIntervals: Partial<ShardingConfig.ShardingConfig["Service"]> = {
  shardsPerGroup: 30,
  shardLockRefreshInterval: "1 second",
  shardLockExpiration: "8 seconds",
  refreshAssignmentsInterval: "500 millis",
  runnerHealthCheckInterval: "1 second",
  entityMessagePollInterval: "500 millis",
  entityTerminationTimeout: "2 seconds"
}

export const database = PgClient.layerConfig({ url: Config.Redacted("DATABASE_URL") })

/** A process that runs workflows. It listens on `HOST` and `PORT` of the environment. */
export const runner = ClusterWorkflowEngine.layer.pipe(
  Layer.provideMerge(NodeClusterSocket.layer({ storage: "sql", shardingConfig: testIntervals })),
  Layer.provideMerge(database)
)

/** A process that only submits workflows. */
export const client = ClusterWorkflowEngine.layer.pipe(
  Layer.provideMerge(NodeClusterSocket.layer({ storage: "sql", clientOnly: true, shardingConfig: testIntervals })),
  Layer.provideMerge(database)
)
