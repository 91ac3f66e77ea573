import { describe, expect, it } from 'vitest';
import { editorWords as wordsOf } from '../../../../src/cli/edit/editor-words.js';

type Env = Parameters<typeof wordsOf>[0];
const editorWords = (env: Env, fileOf = (program: string) => program) => wordsOf(env, fileOf);

describe('the words of an editor', () => {
  it.each([
    ['nano', ['nano']],
    ['code --wait', ['code', '--wait']],
    ['  emacs   -nw ', ['emacs', '-nw']],
    [`'/my tools/edit' "a b" c\\ d`, ['/my tools/edit', 'a b', 'c d']],
    [`x"y z"'w'`, ['xy zw']],
    [String.raw`e "a\"b\n"`, ['e', String.raw`a"b\n`]],
    ["e ''", ['e', '']],
    ['e $HOME `id` ;rm', ['e', '$HOME', '`id`', ';rm']],
  ])('of %s are %j', (text, words) => {
    expect(editorWords({ EDITOR: text })).toEqual(words);
  });

  it.each(["e 'a", 'e "a', 'e a\\'])('of %s are refused', (text) => {
    expect(() => editorWords({ EDITOR: text })).toThrow('$EDITOR has a quote or a backslash');
  });

  it('are those of VISUAL first, and vi if neither is set', () => {
    expect(editorWords({ VISUAL: 'one', EDITOR: 'two' })).toEqual(['one']);
    expect(editorWords({ VISUAL: ' ', EDITOR: 'two' })).toEqual(['two']);
    expect(editorWords({})).toEqual(['vi']);
  });

  it.each(['vim', '/usr/bin/nvim', 'gvim -f'])('keep %s from storing values elsewhere', (text) => {
    const [, ...args] = editorWords({ EDITOR: text });
    expect(args.slice(0, 3)).toEqual(['-n', '-i', 'NONE']);
  });

  it('keep vi from storing values elsewhere where it is Vim', () => {
    const [program, ...args] = editorWords({}, () => '/usr/bin/vim.basic');
    expect([program, ...args.slice(0, 3)]).toEqual(['vi', '-n', '-i', 'NONE']);
    expect(editorWords({}, () => '/usr/bin/nvi')).toEqual(['vi']);
  });
});
