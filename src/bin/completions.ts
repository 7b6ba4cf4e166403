/**
 * `effect-audian completions`: scripts for shells. A script passes the words of the line to `effect-audian complete`,
 * which prints a candidate a line: the word, a tab, its description. `:files` stands for the names of files.
 *
 * The words go through stdin, since a system shows the arguments of its processes.
 *
 * @internal
 */
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { descriptions, name } from "./text.ts"

const bash = `_effect_audian() {
  local words=() count=0 at word reply
  for ((at = 1; at <= COMP_CWORD; at++)); do
    word="\${COMP_WORDS[at]}"
    # bash splits words at = and :
    if ((count > 0)) && [[ "$word" == [=:]* || "\${words[count - 1]}" == *[=:] ]]; then
      words[count - 1]+="$word"
    else
      words[count++]="$word"
    fi
  done
  local current="\${words[count - 1]}" last="\${COMP_WORDS[COMP_CWORD]}"
  [[ "$last" == [=:] ]] && last=""
  local before="\${current%"$last"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r reply _; do
    if [[ "$reply" == :files ]]; then
      compopt -o default 2>/dev/null
      return
    fi
    [[ "$reply" == *[.=] ]] && compopt -o nospace 2>/dev/null
    COMPREPLY+=("\${reply#"$before"}")
  done < <(printf '%s\\n' "\${words[@]}" | "\${COMP_WORDS[0]}" complete 2>/dev/null)
}
complete -F _effect_audian ${name}`

const zsh = `#compdef ${name}
_effect-audian() {
  local -a given replies closed open
  local reply item
  given=("\${(@)words[2,CURRENT-1]}" "$PREFIX")
  replies=("\${(@f)$(printf '%s\\n' "\${(@)given}" | "$words[1]" complete 2>/dev/null)}")
  if [[ "$replies[1]" == :files ]]; then
    compset -P '--*='
    _files
    return
  fi
  for reply in "\${(@)replies}"; do
    [[ -z "$reply" ]] && continue
    item="\${\${reply%%$'\\t'*}//:/\\\\:}"
    [[ "$reply" == *$'\\t'* ]] && item+=":\${reply#*$'\\t'}"
    if [[ "\${reply%%$'\\t'*}" == *[.=] ]]; then open+=("$item"); else closed+=("$item"); fi
  done
  _describe -t values '${name}' closed -- open -S ''
}
if [[ "$funcstack[1]" == _effect-audian ]]; then
  _effect-audian "$@"
else
  compdef _effect-audian ${name}
fi`

const fish = `function __effect_audian_complete
    set -l tokens (commandline -opc)
    set -l current (commandline -ct)
    set -l replies (printf '%s\\n' $tokens[2..-1] "$current" | $tokens[1] complete 2>/dev/null)
    if test "$replies[1]" = :files
        set -l flag (string match -r -- '^--[^=]*=' "$current")
        for file in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current"))
            echo "$flag$file"
        end
    else if set -q replies[1]
        printf '%s\\n' $replies
    end
end
complete -c ${name} -f -a '(__effect_audian_complete)'`

const scripts = { bash, zsh, fish }

const shell = Argument.Literals("shell", ["bash", "zsh", "fish"]).pipe(Argument.withDescription("The shell"))

export const command = Command.make("completions", { shell }, ({ shell }) => Console.log(scripts[shell])).pipe(
  Command.withDescription(descriptions.completions),
  Command.withExamples([
    { command: `source <(${name} completions bash)`, description: "For this session of bash" },
    { command: `${name} completions zsh > "\${fpath[1]}/_${name}"`, description: "For zsh" },
    { command: `${name} completions fish > ~/.config/fish/completions/${name}.fish`, description: "For fish" }
  ])
)
