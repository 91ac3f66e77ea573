const plugin = `x"
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: /bin/sh
      args: ["-c", "id"]`;

/** Names of files that a careless writer of YAML turns into something else. */
export const hostilePaths: readonly (readonly [what: string, path: string])[] = [
  ['a plug-in after a line break', plugin],
  ['a plug-in after a carriage return', plugin.replaceAll('\n', '\r')],
  ['a plug-in after NEL', plugin.replaceAll('\n', '\u0085')],
  ['a plug-in after LS', plugin.replaceAll('\n', '\u2028')],
  ['a plug-in after PS', plugin.replaceAll('\n', '\u2029')],
  ['a further user', '/t\n  - name: root\n    user:\n      token: abc'],
  ['a second document', '/t\n---\nkind: Config\nusers: []\n...\n'],
  ['a flow mapping', '{exec: {command: sh}}'],
  ['a sequence', '[a, b]'],
  ['an anchor and an alias', '&a *a'],
  ['a tag', '!!binary aGk='],
  ['a merge key', '<<'],
  ['a block scalar', '|\n  x'],
  ['quotes', `'"''""\\"\\'`],
  ['backslashes', String.raw`C:\Users\me\token \n A`],
  ['a comment', '/t # x'],
  ['a mapping', 'token: abc'],
  ['a directive', '%YAML 1.1'],
  ['yes, which YAML 1.1 takes for true', 'yes'],
  ['null', 'null'],
  ['a tilde', '~'],
  ['a number', '0x1f'],
  ['digits with underscores', '1_000'],
  ['a time of day, which YAML 1.1 takes for a number', '12:30:45'],
  ['a date', '2026-11-26'],
  ['blanks at both ends', '  /t  '],
  ['a tab', '\t/t'],
  ['a line break at the end', '/t\n\n'],
  ['a byte order mark', '\ufeff/t'],
  ['controls', '/t\u0001\u0007\u001b\u007f\u0080\u009f'],
  ['non-characters', '/t\ufffe\uffff'],
  ['other scripts', '/tökens/日本/😀/\u00a0'],
  ['a long one', `/${'very long/'.repeat(400)}`],
  ['placeholders of Go templates', '{{ .Token }} ${HOME} $(id) `id`'],
];
