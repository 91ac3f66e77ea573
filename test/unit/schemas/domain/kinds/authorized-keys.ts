import { type BadRow, fixture, type GoodRow } from './fixtures.js';
import { publicLine, securityKeys } from './ssh-lines.js';

const key = (name: string): string => fixture(`ssh/${name}.pub`).trimEnd();
const ed25519 = key('ed25519');
const [, base64 = ''] = ed25519.split(' ');
const all = ['ed25519', 'rsa', 'rsa3072', 'ecdsa256', 'ecdsa384', 'ecdsa521'].map(key);
const withOptions = (options: string): string => `${options} ${ed25519}\n`;

export const goodAuthorizedKeys: readonly GoodRow[] = [
  ['one key', `${ed25519}\n`],
  ['one key without a line end', ed25519],
  ['keys of all algorithms', `${all.join('\n')}\n`],
  ['security keys', securityKeys.join('\n')],
  ['CRLF', `${all.join('\r\n')}\r\n`],
  ['comments and empty lines', `# admins\n\n${ed25519}\n   # more\n\t\n${key('rsa')}\n\n`],
  ['spaces before a key', `  ${ed25519}\n`],
  ['spaces after a key', `${ed25519}  \n`],
  ['no comment', `ssh-ed25519 ${base64}\r\n${key('rsa')}`],
  ['a comment with quotes', `${ed25519} "quoted" comment, with commas\n`],
  ['one option', withOptions('no-pty')],
  ['several options', withOptions('restrict,pty,no-agent-forwarding,port-forwarding')],
  ['a command', withOptions('command="/usr/bin/rsync --server -a ."')],
  ['a command with escaped quotes', withOptions('command="sh -c \\"echo a b\\""')],
  ['a command with backslashes', withOptions('command="printf a\\\\tb C:\\dir\\\\x"')],
  ['hosts', withOptions('from="10.0.0.0/8,!10.1.0.0/16,*.example.com"')],
  ['environment variables', withOptions('environment="A=b c",environment="D=e"')],
  ['an end', withOptions('expiry-time="20991231",verify-required')],
  ['an authority', withOptions('cert-authority,principals="root,admin user"')],
  ['forwarding', withOptions('permitopen="127.0.0.1:80",permitlisten="[::1]:81",tunnel="0"')],
  [
    'the options of GitLab',
    withOptions('command="/opt/gitlab/shell key-1",no-pty,no-X11-forwarding'),
  ],
  ['a tab after options', `no-pty\t${ed25519}\n`],
  ['options of a security key', `no-touch-required ${securityKeys[0]}\n`],
  ['the name of an algorithm in an option', withOptions('command="ssh-rsa AAAA x"')],
];

const form = /^line 1 must have an algorithm and base64$/;
export const badAuthorizedKeys: readonly BadRow[] = [
  ['nothing', '', /^must have a key$/],
  ['empty lines', '\n\n \n', /^must have a key$/],
  ['comments alone', '# nobody\n', /^must have a key$/],
  ['UTF-16', Buffer.from(`\uFEFF${ed25519}`, 'utf16le'), /^must be UTF-8$/],
  ['base64 alone', `${base64}\n`, form],
  ['a name alone', 'ssh-ed25519\n', form],
  ['options alone', 'restrict,command="true"\n', form],
  ['an open quote', withOptions('command="true'), form],
  ['a quote that is escaped', withOptions('command="true\\"'), form],
  ['a backslash before the last quote', withOptions('command="C:\\dir\\"'), form],
  ['a space in options', withOptions('no-pty, no-agent-forwarding'), form],
  ['a space before a value', withOptions('command= "true"'), form],
  ['a marker of known_hosts', withOptions('@cert-authority *.example.com'), form],
  ['a private key', fixture('ssh/ed25519'), /^line 1 must have an algorithm and base64$/m],
  [
    'a key in two lines',
    ed25519.replace(base64, `${base64.slice(0, 20)}\n${base64.slice(20)}`),
    /^line 1 has a damaged public key$/m,
  ],
  ['two keys in one line', `${ed25519.slice(0, -20)}${key('rsa')}`, /^line 1 /],
  ['RFC 4716', fixture('ssh/rsa.rfc4716'), /^line 1 has a public key of an unknown/],
  ['a certificate', key('ecdsa256-cert'), /^line 1 has a public key of an unknown algorithm$/],
  ['another name', `ssh-rsa ${base64}`, /^line 1 names another algorithm than its public key$/],
  ['a cut key', ed25519.replace(base64, base64.slice(0, -4)), /^line 1 has a damaged public key$/],
  [
    'a second key that is cut',
    `${ed25519}\n${key('rsa').slice(0, 99)}`,
    /^line 2 must have an alg/,
  ],
  ['RSA of 1024 bits', key('rsa1024'), /^line 1 has an RSA key below 2048 bits$/],
  ['DSA', key('dsa'), /^line 1 has a DSA key, which OpenSSH refuses$/],
  [
    'an unknown algorithm',
    publicLine('ssh-unknown', 'x'),
    /^line 1 has a public key of an unknown/,
  ],
  ['a user and a key', `root ssh-ed25519 ${base64.slice(1)}`, /^line 1 /],
  ['a path', '/etc/ssh/authorized_keys', form],
  ['YAML', `- ${ed25519}\n- ${key('rsa')}\nkeys:\n`, /^line 3 must have an algorithm and base64$/],
  [
    'more lines than sshd is asked to read',
    `${ed25519}\n`.repeat(1_001),
    /^must have at most 1000/,
  ],
];
