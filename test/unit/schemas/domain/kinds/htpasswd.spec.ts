import { describeKind } from './kind-table.js';

// https://httpd.apache.org/docs/2.4/misc/password_encryptions.html: hashes of `myPassword`.
const bcrypt = '$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC';
const md5 = '$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/';
const sha1 = '{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE=';
const sha256 = '$5$saltsalt$hpwFp3Grs6TFhKnB8pJ.iN/OTjvZrv4XDLmbzRHbXT6';
const sha512 = `$6$salt$${'Ab0./'.repeat(17)}z`;
const ssha = '{SSHA}MjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1';
const argon2 =
  '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21l$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A';
const noHash =
  'must have a hash of bcrypt, MD5, SHA-1, SHA-2 or Argon2; plain passwords are refused';
const noForm = 'line 1 must be user:hash';

describeKind({
  kind: 'htpasswd',
  good: [
    `myName:${bcrypt}`,
    `myName:${bcrypt}\n`,
    // `htpasswd -n` ends with an empty line.
    `myName:${md5}\n\n`,
    `myName:${sha1}\n`,
    `myName:${sha256}\n`,
    `myName:${sha512}\n`,
    `myName:${sha256.replace('$5$', '$5$rounds=1000$')}\n`,
    `myName:${sha512.replace('$6$', '$6$rounds=656000$')}\n`,
    `myName:${ssha}\n`,
    `myName:${argon2}\n`,
    `myName:${bcrypt.replace('$2y$05', '$2a$10')}\n`,
    `myName:${bcrypt.replace('$2y$05', '$2b$12')}\n`,
    `myName:${bcrypt.replace('$2y$05', '$2y$17')}\n`,
    // `openssl passwd -1`.
    `myName:${md5.replace('apr1', '1')}\n`,
    `a:${bcrypt}\nb:${md5}\nc:${sha1}\n`,
    `a:${bcrypt}\r\nb:${md5}\r\n`,
    // http://nginx.org/en/docs/http/ngx_http_auth_basic_module.html: comments.
    `# comment\nname1:${bcrypt}\nname2:${md5}:comment\nname3:${sha1}\n`,
    `\n  # comment\n\nname1:${bcrypt}`,
    `alice@example.com:${bcrypt}\n`,
    `DOMAIN\\alice:${bcrypt}\n`,
    `Alice Smith:${md5}\n`,
    `élise:${md5}\n`,
    Array.from({ length: 999 }, (_, index) => `user${index}:${sha1}\n`).join(''),
  ],
  bad: [
    ['', 'must have a user'],
    ['\n', 'must have a user'],
    ['# comment\n', 'must have a user'],
    ['myName', noForm],
    [bcrypt, noForm],
    [`:${bcrypt}`, noForm],
    [` myName:${bcrypt}`, noForm],
    [`myName :${bcrypt}`, noForm],
    ['myName:myPassword', `line 1 ${noHash}`],
    ['myName:{PLAIN}myPassword', `line 1 ${noHash}`],
    ['myName:', `line 1 ${noHash}`],
    // `htpasswd -d` reads 8 characters of the password.
    ['myName:rqXexS6ZhobKA', `line 1 ${noHash}`],
    // The form of `htdigest`.
    [`myName:realm:${'0'.repeat(32)}`, `line 1 ${noHash}`],
    [`myName:${bcrypt.slice(0, -1)}`, `line 1 ${noHash}`],
    [`myName:${bcrypt}x`, `line 1 ${noHash}`],
    [`myName:${bcrypt.replace('$05', '$03')}`, `line 1 ${noHash}`],
    [`myName:${bcrypt.replace('$2y', '$2')}`, `line 1 ${noHash}`],
    // A dollar sign is twice in the files of Docker Compose.
    [`myName:${bcrypt.replaceAll('$', '$$$$')}`, `line 1 ${noHash}`],
    // A shell has replaced the variables.
    [`myName:${bcrypt.replace('$2y$05', '')}`, `line 1 ${noHash}`],
    [`myName:${md5.slice(0, -3)}`, `line 1 ${noHash}`],
    [`myName:${sha1.replace('=', '')}`, `line 1 ${noHash}`],
    [`myName: ${md5}`, `line 1 ${noHash}`],
    [`myName:${md5} `, `line 1 ${noHash}`],
    [`a:${md5}\na:${sha1}\n`, 'line 2 has a user again'],
    [`a:${md5}\nmyPassword\nb:secret\n`, [`line 2 must be user:hash`, `line 3 ${noHash}`]],
    ['a:b\n'.repeat(1_000), 'must have at most 1000 lines'],
    [Buffer.from(`\xe9lise:${md5}`, 'latin1'), 'must be UTF-8'],
  ],
});
