# fish completion for switchyard
# SPDX-License-Identifier: GPL-3.0-or-later

function __switchyard_runs
    switchyard runs --limit 50 2>/dev/null | string replace -r '^(\S+)\s+(.*)$' '$1\t$2'
    echo last
end

function __switchyard_tasks
    set -l words (commandline -opc)
    test (count $words) -ge 3; and switchyard show $words[3] 2>/dev/null | sed -e '1,/^$/d' -e '/^ /d' -e 's/ .*//'
end

complete -c switchyard -n __fish_use_subcommand -f -l version -d 'show the version'
complete -c switchyard -f -l help -s h -d 'show help'
complete -c switchyard -n __fish_use_subcommand -f -a run -d 'run a workflow'
complete -c switchyard -n __fish_use_subcommand -f -a validate -d 'check workflow files'
complete -c switchyard -n __fish_use_subcommand -f -a runs -d 'list the runs'
complete -c switchyard -n __fish_use_subcommand -f -a show -d 'show a run and its tasks'
complete -c switchyard -n __fish_use_subcommand -f -a logs -d 'print what tasks wrote'
complete -c switchyard -n __fish_use_subcommand -f -a watch -d 'follow a run to its end'
complete -c switchyard -n __fish_use_subcommand -f -a why -d 'say why a task is as it is'
complete -c switchyard -n __fish_use_subcommand -f -a rerun -d 'run a part of a run again'
complete -c switchyard -n __fish_use_subcommand -f -a cancel -d 'stop a run'
complete -c switchyard -n __fish_use_subcommand -f -a pause -d 'start nothing new until resumed'
complete -c switchyard -n __fish_use_subcommand -f -a resume -d 'go on with a run'
complete -c switchyard -n __fish_use_subcommand -f -a drain -d 'let running tasks end, then leave'
complete -c switchyard -n __fish_use_subcommand -f -a stop -d 'stop one running task'
complete -c switchyard -n __fish_use_subcommand -f -a skip -d 'skip a task'
complete -c switchyard -n __fish_use_subcommand -f -a retry-now -d 'retry a task at once'
complete -c switchyard -n __fish_use_subcommand -f -a give-up -d 'give up a task that awaits a retry'
complete -c switchyard -n __fish_use_subcommand -f -a mark -d 'decide what a task counts as'
complete -c switchyard -n __fish_use_subcommand -f -a import -d 'import another tool’s workflow'
complete -c switchyard -n __fish_use_subcommand -f -a export -d 'export a run or a workflow'
complete -c switchyard -n __fish_use_subcommand -f -a doctor -d 'verify and recover runs'
complete -c switchyard -n __fish_use_subcommand -f -a gc -d 'delete old runs'
complete -c switchyard -n __fish_use_subcommand -f -a delete -d 'delete runs'
complete -c switchyard -n __fish_use_subcommand -f -a pin -d 'keep runs'
complete -c switchyard -n __fish_use_subcommand -f -a note -d 'write a note about a run'
complete -c switchyard -n __fish_use_subcommand -f -a schema -d 'print the JSON Schema'
complete -c switchyard -n __fish_use_subcommand -f -a open -d 'open the window'
complete -c switchyard -n '__fish_seen_subcommand_from open' -s r -l run -x -d 'show this run'

complete -c switchyard -n '__fish_seen_subcommand_from run' -s p -l param -d 'set a parameter' -x
complete -c switchyard -n '__fish_seen_subcommand_from run' -s j -l slots -d 'tasks at a time' -x -a 'auto 1 2 4 8'
complete -c switchyard -n '__fish_seen_subcommand_from run' -s C -l dir -d 'run the tasks in DIR' -x -a '(__fish_complete_directories)'
complete -c switchyard -n '__fish_seen_subcommand_from run' -l only -d 'only these tasks and their needs' -x
complete -c switchyard -n '__fish_seen_subcommand_from run' -f -l alone -d 'with --only: not their needs'
complete -c switchyard -n '__fish_seen_subcommand_from run' -l on-failure -d 'when a task has failed' -x -a 'continue stop cancel'
complete -c switchyard -n '__fish_seen_subcommand_from run' -l time-scale -d 'sleep recorded runtimes' -x
complete -c switchyard -n '__fish_seen_subcommand_from run' -f -l detach -d 'go on in the background'
complete -c switchyard -n '__fish_seen_subcommand_from run' -f -s n -l dry-run -d 'start nothing'
complete -c switchyard -n '__fish_seen_subcommand_from run' -f -l json -d 'print JSON'
complete -c switchyard -n '__fish_seen_subcommand_from run' -f -s q -l quiet -d 'only what went wrong'
complete -c switchyard -n '__fish_seen_subcommand_from validate' -f -l json -d 'print JSON'
complete -c switchyard -n '__fish_seen_subcommand_from validate' -f -l hints -d 'also tell what is rarely meant'
complete -c switchyard -n '__fish_seen_subcommand_from runs' -f -l json -d 'print JSON'
complete -c switchyard -n '__fish_seen_subcommand_from runs' -s n -l limit -d 'the newest N' -x
complete -c switchyard -n '__fish_seen_subcommand_from runs' -s w -l workflow -d 'only of FILE' -r
complete -c switchyard -n '__fish_seen_subcommand_from show' -f -l json -d 'print JSON'
complete -c switchyard -n '__fish_seen_subcommand_from show' -f -l failed -d 'only what failed'
complete -c switchyard -n '__fish_seen_subcommand_from logs' -f -s f -l follow -d 'go on printing'
complete -c switchyard -n '__fish_seen_subcommand_from logs' -s n -l lines -d 'the last N lines' -x
complete -c switchyard -n '__fish_seen_subcommand_from watch' -f -l json -d 'print JSON'
complete -c switchyard -n '__fish_seen_subcommand_from why' -f -l json -d 'print JSON'
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -f -l failed -d 'what failed'
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -l from -d 'a task and all after it' -x -a '(__switchyard_tasks)'
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -l task -d 'a task alone' -x -a '(__switchyard_tasks)'
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -l branch -d 'a branch' -x
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -f -l current-file -d 'the file as it is now'
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -l command -d 'another command for a task' -x
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -f -s n -l preview -d 'start nothing'
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -f -l stop-first -d 'stop what runs first'
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -f -l then-again -d 'run again what runs'
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -s j -l slots -d 'tasks at a time' -x -a 'auto 1 2 4 8'
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -f -l detach -d 'go on in the background'
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -f -l json -d 'print JSON'
complete -c switchyard -n '__fish_seen_subcommand_from rerun' -f -s q -l quiet -d 'only what went wrong'
complete -c switchyard -n '__fish_seen_subcommand_from cancel' -f -l kill -d 'kill at once'
complete -c switchyard -n '__fish_seen_subcommand_from pause' -l branch -d 'a branch' -x
complete -c switchyard -n '__fish_seen_subcommand_from resume' -l branch -d 'a branch' -x
complete -c switchyard -n '__fish_seen_subcommand_from resume' -s j -l slots -d 'tasks at a time' -x -a 'auto 1 2 4 8'
complete -c switchyard -n '__fish_seen_subcommand_from resume' -f -l detach -d 'go on in the background'
complete -c switchyard -n '__fish_seen_subcommand_from resume' -f -l json -d 'print JSON'
complete -c switchyard -n '__fish_seen_subcommand_from resume' -f -s q -l quiet -d 'only what went wrong'
complete -c switchyard -n '__fish_seen_subcommand_from stop' -f -l kill -d 'kill at once'
complete -c switchyard -n '__fish_seen_subcommand_from mark' -l as -d 'what it counts as' -x -a 'succeeded failed'
complete -c switchyard -n '__fish_seen_subcommand_from mark' -l note -d 'why' -x
complete -c switchyard -n '__fish_seen_subcommand_from import' -s o -l output -d 'write to OUT' -r
complete -c switchyard -n '__fish_seen_subcommand_from export' -l to -d 'the format' -x -a 'html svg png pdf dot mermaid csv junit trace wfformat'
complete -c switchyard -n '__fish_seen_subcommand_from export' -s o -l output -d 'write to OUT' -r
complete -c switchyard -n '__fish_seen_subcommand_from doctor' -f -l check -d 'only look'
complete -c switchyard -n '__fish_seen_subcommand_from doctor' -f -l salvage -d 'save what is whole'
complete -c switchyard -n '__fish_seen_subcommand_from doctor' -f -l confirm -d 'let a salvaged run go on'
complete -c switchyard -n '__fish_seen_subcommand_from gc' -f -s n -l dry-run -d 'only say'
complete -c switchyard -n '__fish_seen_subcommand_from gc' -l keep -d 'the newest N of each workflow' -x
complete -c switchyard -n '__fish_seen_subcommand_from gc' -l days -d 'of the last N days' -x
complete -c switchyard -n '__fish_seen_subcommand_from pin' -f -l off -d 'let them go again'

complete -c switchyard -n '__fish_seen_subcommand_from show logs watch why rerun cancel pause resume drain stop skip retry-now give-up mark doctor delete pin note; and test (count (commandline -opc)) -eq 2' -f -a '(__switchyard_runs)'
complete -c switchyard -n '__fish_seen_subcommand_from logs why stop skip retry-now give-up mark; and test (count (commandline -opc)) -eq 3' -f -a '(__switchyard_tasks)'
