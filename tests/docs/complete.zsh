# zsh -f complete.zsh FOLDER LINE: what zsh offers at the end of the line, with the completion function _pldoctor of the folder, one a line.
# zsh completes only in its editor: one runs at a pseudo-terminal, and what it is about to add is kept.
zmodload zsh/zpty zsh/zselect
offered=$1/offered
cat >$1/.zshrc <<RC
PROMPT= RPROMPT=
fpath=($1 \$fpath)
autoload -Uz compinit && compinit -u -D
compadd() {
    # What completion functions ask for themselves is not what they add.
    if [[ \${@[1,(i)(-|--)]} == *-[OAD]\ * ]]; then builtin compadd "\$@"; return; fi
    local -a __words
    builtin compadd -A __words "\$@"
    print -rl -- \$__words >>$offered
    builtin compadd "\$@"
}
ask() { LBUFFER=\$ASKED; zle complete-word; : >$offered.done }
zle -N ask
bindkey '^G' ask
: >$offered.ready
RC
: >$offered
rm -f $offered.ready $offered.done
export ASKED=$2 ZDOTDIR=$1
zpty -b inner zsh -d -i
waited() {
    for try in {1..200}; do
        [[ -e $1 ]] && return
        zpty -r -t inner >/dev/null
        zselect -t 10
    done
    print -u2 "zsh: no $1"
    exit 1
}
waited $offered.ready
zselect -t 20
zpty -w -n inner $'\C-g'
waited $offered.done
zpty -d inner
cat $offered
