# Completion of argot for bash; tests/process/packaging_test.py compares it with --help.

_argot_serve_flags='
  --data --listen --admin-listen --catalog --blobs --bootstrap-key-file --no-auth
  --tls-certificate --tls-key --s3-credentials-file --s3-ca-file --s3-redirect-lifetime --log-format
  --log-level
  --limits-profile --limits-file-bytes --limits-upload-bytes --limits-batch-file-bytes --limits-assistants-tokens --limits-organization-bytes
  --limits-project-bytes --limits-uploads-per-minute --validation-mode --tokens-count-records
  --downloads-refuse-purposes --documents-workers --server-loops --server-workers --server-connections-max
  --server-uploads-max --server-uploads-per-key-max --server-head-timeout --server-idle-timeout --server-write-stall-timeout
  --server-body-window --server-body-bytes-per-second-min --server-drain-timeout
  --storage-free-bytes-min --verify-max-age --scrub-interval --scrub-bytes-per-second-max
  --uploads-lifetime --sweep-interval --sweep-orphan-age --config'
_argot_keys_flags='--data --catalog --config'
_argot_keys_create_flags='
  --name --organization --project --new-organization --new-project --scopes --expires-in --json'
_argot_limit_names='file_bytes= upload_bytes= batch_file_bytes= assistants_tokens= organization_bytes= project_bytes='
_argot_connection_flags='--server --key --data --timeout --retries --ca-file'
_argot_create_flags='
  --purpose --name --expires-in --expires-after --parallel --part-size --no-resume --no-wait
  --json'
_argot_list_flags='--purpose --limit --order --after --all --json'
_argot_check_flags='--purpose --format --tokens --model --strict --parallel --json'
_argot_tokens_flags='--encoding --ids --json --parallel --vocabulary'
_argot_download_flags='--output -o --output-dir --force --no-resume --parallel'

# The flags of the command that the words before the cursor name.
_argot_flags() {
  case "$1 $2 $3" in
    'admin limits show') echo "$_argot_keys_flags --organization --project --json" ;;
    'admin limits set') echo "$_argot_keys_flags --organization --project" ;;
    'admin usage '*) echo "$_argot_keys_flags --organization --json" ;;
    'admin migrate '*)
      echo "$_argot_keys_flags --blobs --s3-credentials-file --s3-ca-file --json" ;;
    'admin '*) echo "$_argot_keys_flags" ;;
  esac
  case "$1 $2" in
    'check '*) echo "$_argot_check_flags" ;;
    'tokens '*) echo "$_argot_tokens_flags" ;;
    'serve '*) echo "$_argot_serve_flags" ;;
    'keys create') echo "$_argot_keys_flags $_argot_keys_create_flags" ;;
    'keys list') echo "$_argot_keys_flags --json" ;;
    'keys '*) echo "$_argot_keys_flags" ;;
    'files create') echo "$_argot_create_flags --parts-above $_argot_connection_flags" ;;
    'uploads create') echo "$_argot_create_flags $_argot_connection_flags" ;;
    'files list') echo "$_argot_list_flags $_argot_connection_flags" ;;
    'files retrieve' | 'files delete') echo "--json $_argot_connection_flags" ;;
    'uploads cancel') echo "$_argot_connection_flags" ;;
    'files download') echo "$_argot_download_flags $_argot_connection_flags" ;;
  esac
  echo '--help'
}

_argot() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} action=${COMP_WORDS[2]} part=${COMP_WORDS[3]} words=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='serve keys admin files uploads check tokens help version --help --version'
  elif [ "$COMP_CWORD" -eq 2 ] && [ "$command" = keys ]; then
    words='create list revoke --help'
  elif [ "$COMP_CWORD" -eq 2 ] && [ "$command" = admin ]; then
    words='limits migrate usage --help'
  elif [ "$COMP_CWORD" -eq 3 ] && [ "$command $action" = 'admin limits' ]; then
    words='show set --help'
  elif [ "$COMP_CWORD" -eq 2 ] && [ "$command" = files ]; then
    words='create list retrieve download delete --help'
  elif [ "$COMP_CWORD" -eq 2 ] && [ "$command" = uploads ]; then
    words='create cancel --help'
  else
    case "$previous" in
      --purpose) words='assistants batch fine-tune vision user_data evals' ;;
      --format) words='batch chat completions evals preference reinforcement' ;;
      --order) words='asc desc' ;;
      --encoding) words='o200k_base cl100k_base' ;;
      --limits-profile) words='2024-10 2026-08' ;;
      --scopes) words='read write delete internal' ;;
      --data | --output-dir)
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
        ;;
      --ca-file | --config | --output | -o | --bootstrap-key-file | --tls-certificate | --tls-key | \
        --s3-credentials-file | --s3-ca-file)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
      *)
        if [[ $current == -* ]]; then
          words=$(_argot_flags "$command" "$action" "$part")
        elif [ "$command $action $part" = 'admin limits set' ]; then
          words=$_argot_limit_names
          compopt -o nospace 2>/dev/null
        elif [[ "$command $action" == @(files|uploads)' create' || $command == @(check|tokens) ]]; then
          mapfile -t COMPREPLY < <(compgen -f -- "$current")
          return
        fi
        ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -o filenames -F _argot argot
