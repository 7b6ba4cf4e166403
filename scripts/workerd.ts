// The configuration of workerd for one Worker on a port of this machine.
export interface Options {
  readonly port: number
  /** The files of the Worker in the folder of the configuration; the first one is its entry. */
  readonly modules: ReadonlyArray<string>
  /** What the Worker may reach, as workerd writes it. Default: addresses of this machine. */
  readonly network?: string
}

/** The text of `workerd.capnp`. */
export const config = ({ modules, network = 'allow = ["private"]', port }: Options): string => {
  const embedded = modules.map((file) => `(name = "${file}", esModule = embed "${file}")`)
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [${embedded.join(", ")}],
      compatibilityDate = "2026-01-01",
      globalOutbound = "internet"
    )),
    (name = "internet", network = (${network}))
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);`
}
