# bash completion for switchyard                              -*- shell-script -*-
# SPDX-License-Identifier: GPL-3.0-or-later

_switchyard_runs() {
  switchyard runs --limit 50 2>/dev/null | cut -c1-8
  printf 'last\n'
}

_switchyard_tasks() {
  switchyard show "$1" 2>/dev/null | sed -e '1,/^$/d' -e '/^ /d' -e 's/ .*//'
}

_switchyard_options() {
  case $1 in
    run) echo --param --slots --dir --only --alone --on-failure --time-scale --detach --dry-run --json --quiet ;;
    validate) echo --json --hints ;;
    why | watch) echo --json ;;
    runs) echo --json --limit --workflow ;;
    show) echo --json --failed ;;
    logs) echo --follow --lines ;;
    rerun) echo --failed --from --task --branch --current-file --command --preview --stop-first --then-again --slots \
      --detach --json --quiet ;;
    resume) echo --branch --slots --detach --json --quiet ;;
    pause) echo --branch ;;
    cancel | stop) echo --kill ;;
    mark) echo --as --note ;;
    import) echo --output ;;
    export) echo --to --output ;;
    doctor) echo --check --salvage --confirm ;;
    gc) echo --dry-run --keep --days ;;
    pin) echo --off ;;
    open) echo --run ;;
  esac
  echo --help
}

_switchyard() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
  local commands="run validate runs show logs watch why rerun cancel pause resume drain stop skip retry-now give-up
    mark import export doctor gc delete pin note schema open"
  COMPREPLY=()

  # --from=TASK is three words: bash breaks them at the =
  if [ "$prev" = "=" ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
  if [ "$cur" = "=" ]; then cur=; fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "$commands help --help --version" -- "$cur")
    return
  fi
  case $prev in
    --to) mapfile -t COMPREPLY < <(compgen -W "html svg png pdf dot mermaid csv junit trace wfformat" -- "$cur"); return ;;
    --as) mapfile -t COMPREPLY < <(compgen -W "succeeded failed" -- "$cur"); return ;;
    --on-failure) mapfile -t COMPREPLY < <(compgen -W "continue stop cancel" -- "$cur"); return ;;
    --slots | -j) mapfile -t COMPREPLY < <(compgen -W "auto 1 2 4 8" -- "$cur"); return ;;
    --dir | -C) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    --output | -o | --workflow | -w) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    --from | --task | --failed)
      mapfile -t COMPREPLY < <(compgen -W "$(_switchyard_tasks "${COMP_WORDS[2]}")" -- "$cur"); return ;;
  esac
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_switchyard_options "$command")" -- "$cur")
    return
  fi
  case $command in
    run | validate | import | open) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    help) mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur") ;;
    export) mapfile -t COMPREPLY < <(compgen -f -W "$(_switchyard_runs)" -- "$cur") ;;
    logs | why | stop | skip | retry-now | give-up | mark)
      if [ "$COMP_CWORD" -eq 2 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_switchyard_runs)" -- "$cur")
      else
        mapfile -t COMPREPLY < <(compgen -W "$(_switchyard_tasks "${COMP_WORDS[2]}")" -- "$cur")
      fi ;;
    show | watch | rerun | cancel | pause | resume | drain | doctor | delete | pin | note)
      mapfile -t COMPREPLY < <(compgen -W "$(_switchyard_runs)" -- "$cur") ;;
  esac
}

complete -o filenames -F _switchyard switchyard
