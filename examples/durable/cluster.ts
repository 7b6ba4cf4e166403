// The workflow engine on a cluster of processes that share a PostgreSQL.
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Config from "effect/Config"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import type * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Layer from "effect/Layer"

/**
 * How soon a runner that has died is noticed. The defaults are ten to thirty times as long, which suits a real cluster;
 * a test does not want to wait.
 */
const impatient: Partial<ShardingConfig.ShardingConfig["Service"]> = {
  shardsPerGroup: 30,
  shardLockRefreshInterval: "1 second",
  shardLockExpiration: "8 seconds",
  refreshAssignmentsInterval: "500 millis",
  runnerHealthCheckInterval: "1 second",
  entityMessagePollInterval: "500 millis",
  entityTerminationTimeout: "2 seconds"
}

export const database = PgClient.layerConfig({ url: Config.Redacted("DATABASE_URL") })

/** A process that runs workflows; where it listens is in the environment (`HOST`, `PORT`). */
export const runner = ClusterWorkflowEngine.layer.pipe(
  Layer.provideMerge(NodeClusterSocket.layer({ storage: "sql", shardingConfig: impatient })),
  Layer.provideMerge(database)
)

/** A process that only hands them in. */
export const client = ClusterWorkflowEngine.layer.pipe(
  Layer.provideMerge(NodeClusterSocket.layer({ storage: "sql", clientOnly: true, shardingConfig: impatient })),
  Layer.provideMerge(database)
)
