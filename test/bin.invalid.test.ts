import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Cli from "./support/cli.ts"
import { folder } from "./support/flags.ts"

const call = ["call", "Account.Devices.create", "--name", "a"]

describe("an invalid command line", () => {
  it.live.each([
    // A name.
    [["frobnicate"], /^There is no command frobnicate\.\nSee effect-audian --help$/],
    [["cal"], /no command cal\. Did you mean call\?/],
    [
      ["call", "Numbers.lst"],
      /no operation Numbers\.lst\. Did you mean Numbers\.list\?\n.*effect-audian operations <words>/
    ],
    [["call", "numbers.list"], /no operation numbers\.list\. Did you mean Numbers\.list\?/],
    [["call", "Ports"], /no operation Ports\.\nThese have the word: Ports\.create, Ports\.get\nFind it by words/],
    [["call", "purchase"], /These have the word: Account\.PhoneNumbers\.purchase, Numbers\.purchase\n/],
    [["Numbers.list"], /no command Numbers\.list\.\nOperations are called by: effect-audian call <Operation>$/],
    [
      ["call", "Account.Devices.list", "--filter_owner_id", "u1"],
      /no flag --filter_owner_id\.\nA field without a flag, such as a filter: --set filter_owner_id=<value>\./
    ],
    [
      ["call", "Numbers.list", "--limt", "1"],
      /has no flag --limt\. Did you mean --limit\?\nSee effect-audian call Numbers\.list --help/
    ],
    [[...call, "--sip.usrname", "a"], /no flag --sip\.usrname\. Did you mean --sip\.username\?/],
    [["call", "Numbers.list", "--set", "lmit=3"], /--lmit: Unknown field, did you mean limit\?/],
    [["mcp", "--allow", "Numbers.buy"], /no operation Numbers\.buy\n.*effect-audian operations/],
    [
      ["webhooks", "trigger", "foo.bar", "--to", "http://127.0.0.1:9"],
      /no sample of foo\.bar\nGive --data, or one of: call\.initiated/
    ],
    // A type.
    [["call", "Numbers.list", "--limit", "many"], /^--limit: "many"\. Expected an integer\nSee /],
    [["call", "Numbers.list", "--limit", "1.5"], /^--limit: "1\.5"\. Expected an integer\n/],
    [["call", "Account.Billing.addCredits", "--amount", "ten"], /^--amount: "ten"\. Expected a number\n/],
    [["call", "Numbers.list", "--limit", "500"], /--limit: .*100/],
    [["call", "Numbers.list", "--set", "limit=many"], /--limit: Expected number/],
    [["call", "Numbers.list", "--set", "limit"], /^--set: Expected name=value\nSuch as/],
    [["call", "Numbers.list", "--format", "yaml"], /^--format: "yaml"\. Expected "json" \| "jsonl" \| "table"\n/],
    [
      ["call", "Calls.startRecording", "--call_id", "c", "--format", "mp3"],
      /^--format: "mp3".*\nThe field format of Calls\.startRecording is --field\.format/
    ],
    [["call", "Numbers.purchase", "--number", "12"], /--number: .*E\.164, such as|--number: .*E\.164/],
    [
      ["call", "IvrMenus.create", "--name", "a", "--prompt", "b", "--options", "digit=1"],
      /^--options: Expected JSON\nSuch as --options '/
    ],
    [["call", "Numbers.list", "--input", "nothing.json"], /^--input: cannot read the file: NotFound\nGive the path/],
    [
      ["call", "Fax.send", "--to", "+14155551234", "--file", "nothing.pdf", "--yes"],
      /--file: .*NotFound.*nothing\.pdf/
    ],
    [["webhooks", "trigger", "call.ringing", "--to", "localhost"], /^--to: "localhost"\. Expected a URL such as/],
    [["listen", "--count", "0"], /^--count: "0"\. Expected 1 or more\n/],
    [["completions", "tcsh"], /^<shell>: "tcsh"\. Expected "bash" \| "zsh" \| "fish"\n/],
    // Something is missing, or too much.
    [["call", "Numbers.purchase"], /^Missing --number <text>: .+\nGive it as a flag, or in --input/],
    [["call", "Fax.send", "--to", "+14155551234"], /^Missing --file <file>: The document.*\.\n/],
    [["call", "Numbers.list", "--limit"], /^--limit needs a value: <integer>\nSee /],
    [["webhooks", "trigger", "call.ringing"], /^Missing --to <url>: URL of the receiver\n/],
    [["webhooks", "trigger"], /^Missing <event>: An event of the API/],
    [["profiles", "use"], /^Missing <name>: Name of the profile\n/],
    [["call", "Numbers.list", "active"], /does not take "active"\.\nA value stands behind its flag/],
    [
      [...call, "--enabled", "maybe"],
      /does not take "maybe"\.\n--enabled takes no value: give --enabled for true, --no-enabled for false/
    ],
    [["call", "Numbers.getConfig", "--number_id", "n", "--all"], /Numbers\.getConfig has no pages\nLeave out --all/],
    // A secret.
    [[...call, "--sip.password", "hunter22"], /--sip\.password: cannot read the file.*\n.*path of a file/],
    [
      [...call, "--set", "sip.password=hunter22"],
      /^--set: sip\.password is a secret\nGive a file.*--sip\.password <file\|->/
    ],
    [["login", "--key", "hunter22"], /login has no flag --key\.\nA credential is no flag.*\n.*AUDIAN_API_KEY.*history/],
    [["login", "hunter22"], /login takes no argument\.\nA credential is no flag/],
    [["call", "Numbers.list", "--api-key", "hunter22"], /no flag --api-key\.\nA credential is no flag/],
    [["call", "Numbers.list", "--api-key=hunter22"], /no flag --api-key\.\nA credential is no flag/],
    [
      ["webhooks", "trigger", "call.ringing", "--to", "http://127.0.0.1:9", "--secret", "hunter22"],
      /--secret: cannot read the file\n/
    ],
    [["call", "IvrMenus.create", "--options", "{hunter22"], /^--options: Expected JSON\n/]
  ] as const)("%j: reports how to correct it, repeats no secret, and exits with 2", ([args, message]) =>
    Effect.gen(function* () {
      const environment = {
        AUDIAN_API_KEY: "sk_test",
        AUDIAN_BASE_URL: "http://127.0.0.1:9",
        AUDIAN_WEBHOOK_SECRET: "whsec_test",
        HOME: yield* folder
      }
      const { code, stderr, stdout } = yield* Cli.run(args, environment)
      assert.deepStrictEqual({ code, stdout }, { code: 2, stdout: "" })
      assert.match(stderr.trimEnd(), message)
      assert.notInclude(stderr, "hunter22")
      const json = yield* Cli.run([...args, "--format=json"], environment)
      if (json.stderr.startsWith("{")) assert.property(JSON.parse(json.stderr), "error")
    }).pipe(Effect.scoped)
  )

  it.live.each([
    [["help"], /^ {2}effect-audian <subcommand>/m],
    [["help", "call"], /^ {2}effect-audian call <subcommand>/m],
    [["help", "call", "Numbers.list"], /^ {2}effect-audian call Numbers\.list /m],
    [["call", "help"], /^ {2}effect-audian call <subcommand>/m],
    [["call", "Numbers.list", "help"], /^ {2}effect-audian call Numbers\.list /m],
    [["serve", "help"], /^ {2}effect-audian serve /m],
    [["webhooks", "help"], /^ {2}effect-audian webhooks <subcommand>/m],
    [["version"], /^effect-audian v/]
  ] as const)("%j: shows the help, as the flag does", ([args, help]) =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* Cli.run(args)
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      assert.match(stdout, help)
    })
  )

  it.live("a wrong base URL: names the variable, without the name of an error's class", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* Cli.run(["call", "Numbers.list"], {
        AUDIAN_API_KEY: "sk_test",
        AUDIAN_BASE_URL: "localhost:1"
      })
      assert.strictEqual(code, 2)
      assert.match(stderr, /^baseUrl \(AUDIAN_BASE_URL\): expected an http or https URL/)
    })
  )
})
