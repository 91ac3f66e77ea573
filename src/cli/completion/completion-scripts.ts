/** bash splits words at `:` and `=`; the program gets whole words, so the script joins them. */
const bash = `# bash completion of sallyport
_sallyport() {
  local IFS=$'\\n' cur words cword found
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n =: cur words cword
  else
    cur=\${COMP_WORDS[COMP_CWORD]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
  fi
  COMPREPLY=()
  while read -r found; do
    COMPREPLY+=("$found")
  done < <("\${words[0]/#\\~/$HOME}" __complete -- "\${words[@]:1:cword}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == :files ]]; then
    COMPREPLY=()
    compopt -o default 2>/dev/null
    return
  fi
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]]; then
    compopt -o nospace 2>/dev/null
  fi
  if [[ $cur == *:* || $cur == *=* ]] && declare -F __ltrim_colon_completions >/dev/null; then
    __ltrim_colon_completions "$cur"
  fi
}
complete -F _sallyport sallyport
`;

/** zsh would add a space after a word, also where a value follows or nothing was found. */
const zsh = `#compdef sallyport
_sallyport() {
  local -a found
  local program="\${(Q)words[1]/#\\~\\//$HOME/}"
  found=(\${(f)"$("$program" __complete -- "\${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)"})
  if [[ "\${found[1]}" == :files ]]; then
    _files
  elif (( \${#found} > 0 )); then
    compadd -S '' -- "\${(@M)found:#*=}"
    compadd -- "\${(@)found:#*=}"
  fi
}
if [ "$funcstack[1]" = "_sallyport" ]; then
  _sallyport "$@"
else
  compdef _sallyport sallyport
fi
`;

/** fish gives the words as they are typed, and reports a program that it cannot find. */
const fish = `# fish completion of sallyport
function __sallyport_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l program $words[1]
  if string match -q -- '~/*' $program
    set program $HOME(string sub -s 2 -- $program)
  end
  type -q -- $program; or return
  set -l found ($program __complete -- $words[2..-1] 2>/dev/null)
  if test "$found" = :files
    __fish_complete_path (commandline -ct)
  else if set -q found[1]
    printf '%s\\n' $found
  end
end
complete -c sallyport -f -a '(__sallyport_complete)'
`;

/** Scripts of shells, which call the program for the words that complete a line. */
export const completionScripts: Readonly<Record<string, string>> = { bash, zsh, fish };
