import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describeKind } from './kind-table.js';

const lineEnd = 'must not end with a line end';
const noId = 'must be AKIA or ASIA and 16 capital letters and digits';
const otherId = 'is an ID of something else than an access key';
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Nine random characters and EXAMPLE: no ID of a real key. */
function exampleId(prefix: string): string {
  const random = [...randomBytes(9)].map((byte) => base32[byte % base32.length]);
  return `${prefix}${random.join('')}EXAMPLE`;
}

describeKind({
  kind: 'aws-access-key-id',
  good: [
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
    'AKIAIOSFODNN7EXAMPLE',
    'ASIAIOSFODNN7EXAMPLE',
    // https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
    'AKIAI44QH8DHBEXAMPLE',
    'ASIAI44QH8DHBEXAMPLE',
    ...Array.from({ length: 10 }, () => exampleId('AKIA')),
    ...Array.from({ length: 10 }, () => exampleId('ASIA')),
  ],
  bad: [
    ['', noId],
    ['AKIAIOSFODNN7EXAMPLE\n', lineEnd],
    ['AKIAIOSFODNN7EXAMPLE\r\n', lineEnd],
    ['AKIAIOSFODNN7EXAMPL', noId],
    ['AKIAIOSFODNN7EXAMPLES', noId],
    [' AKIAIOSFODNN7EXAMPLE', noId],
    ['AKIAIOSFODNN7EXAMPLE ', noId],
    ['akiaiosfodnn7example', noId],
    ['AkiaIOSFODNN7EXAMPLE', noId],
    ['"AKIAIOSFODNN7EXAMPLE"', noId],
    ['AKIA-OSFODNN7EXAMPLE', noId],
    ['AKIAIOSFODNN7EXAMPLé', noId],
    ['aws_access_key_id = AKIAIOSFODNN7EXAMPLE', noId],
    ['AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE', noId],
    ['AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI', noId],
    ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', noId],
    ['AKIA', noId],
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    ['AIDAJQABLZS4A3QDU576Q', otherId],
    ['AROADBQP57FF2AEXAMPLE', otherId],
    ['AGPAIOSFODNN7EXAMPLE', otherId],
    ['ANPAIOSFODNN7EXAMPLE', otherId],
    ['ABIAIOSFODNN7EXAMPLE', otherId],
    ['ASCAIOSFODNN7EXAMPLE', otherId],
    ['123456789012', noId],
    ['arn:aws:iam::123456789012:user/alice', noId],
    [Buffer.from('AKIAIOSFODNN7EXAMPL\xe9', 'latin1'), 'must be UTF-8'],
  ],
});

const noSecret = 'must be 40 characters of base64';
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

describeKind({
  kind: 'aws-secret-access-key',
  good: [
    secret,
    'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
    ...Array.from({ length: 20 }, () => randomBytes(30).toString('base64')),
  ],
  bad: [
    ['', noSecret],
    [`${secret}\n`, lineEnd],
    [`${secret}\r\n`, lineEnd],
    [`${secret}\r`, lineEnd],
    [secret.slice(1), noSecret],
    [`${secret}A`, noSecret],
    [` ${secret}`, noSecret],
    [`${secret} `, noSecret],
    [`"${secret}"`, noSecret],
    [`'${secret}'`, noSecret],
    [secret.replace('/', '%2F'), noSecret],
    [secret.replace('/', '-'), noSecret],
    [secret.replace('/', '_'), noSecret],
    [secret.replace('/', '\\'), noSecret],
    [`${secret.slice(0, 39)}=`, noSecret],
    ['AKIAIOSFODNN7EXAMPLE', noSecret],
    [`AKIAIOSFODNN7EXAMPLE:${secret}`, noSecret],
    [`aws_secret_access_key = ${secret}`, noSecret],
    [`AWS_SECRET_ACCESS_KEY=${secret}`, noSecret],
    [Buffer.from(secret).toString('base64'), noSecret],
    [randomBytes(32).toString('base64'), noSecret],
    ['****************************************', noSecret],
    [Buffer.from(`${secret.slice(1)}\xe9`, 'latin1'), 'must be UTF-8'],
  ],
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey;
const pem = rsa.export({ type: 'pkcs8', format: 'pem' }).toString();

/** https://cloud.google.com/iam/docs/keys-create-delete */
const account = {
  type: 'service_account',
  project_id: 'my-project-123456',
  private_key_id: '0123456789abcdef0123456789abcdef01234567',
  private_key: pem,
  client_email: 'my-sa@my-project-123456.iam.gserviceaccount.com',
  client_id: '123456789012345678901',
  auth_uri: 'https://accounts.google.com/o/oauth2/auth',
  token_uri: 'https://oauth2.googleapis.com/token',
  auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
  client_x509_cert_url: 'https://www.googleapis.com/robot/v1/metadata/x509/my-sa',
};

function accountWith(changes: object): string {
  return `${JSON.stringify({ ...account, ...changes }, undefined, 2)}\n`;
}

const noAccount = /^must be a JSON object(?:: mistake at line \d+, column \d+)?$/;
const noType = 'must have type service_account';
const noPem = 'must have a PEM private key in private_key';

describeKind({
  kind: 'gcp-service-account',
  good: [
    accountWith({}),
    JSON.stringify(account),
    accountWith({ universe_domain: 'googleapis.com' }),
    accountWith({ token_uri: 'https://accounts.google.com/o/oauth2/token' }),
    accountWith({ token_uri: 'https://www.googleapis.com/oauth2/v4/token' }),
    accountWith({ client_email: 'my-project@appspot.gserviceaccount.com' }),
    accountWith({ client_email: '123456789012-compute@developer.gserviceaccount.com' }),
    accountWith({ client_email: '123456789012@cloudservices.gserviceaccount.com' }),
    accountWith({ client_email: 'sa@my-project.example.com.iam.gserviceaccount.com' }),
    accountWith({ client_email: 'firebase-adminsdk-x1y2z@app.iam.gserviceaccount.com' }),
    accountWith({ project_id: 'example.com:my-project' }),
    accountWith({ project_id: 'abcdef' }),
    accountWith({ project_id: 'a23456789012345678901234567890' }),
    accountWith({ client_id: '1' }),
    accountWith({ auth_uri: undefined, client_x509_cert_url: undefined }),
    accountWith({ quota_project_id: 'other-project' }),
    accountWith({ private_key: pem.trimEnd() }),
    accountWith({ private_key: pem.replaceAll('\n', '\r\n') }),
    accountWith({ private_key: rsa.export({ type: 'pkcs1', format: 'pem' }) }),
    accountWith({ private_key_id: 'f'.repeat(40) }),
    accountWith({}).replaceAll('/', '\\/'),
    accountWith({}).replaceAll('\n', '\r\n'),
  ],
  bad: [
    ['', noAccount],
    [pem, noAccount],
    ['[]', noAccount],
    [accountWith({}).slice(0, -3), noAccount],
    [`'${JSON.stringify(account)}'`, noAccount],
    [Buffer.from(JSON.stringify(account)).toString('base64'), noAccount],
    [accountWith({}).replace('"type"', '"project_id"'), noAccount],
    ['{}', noType],
    [accountWith({ type: undefined }), noType],
    [accountWith({ type: 'authorized_user' }), noType],
    [accountWith({ type: 'external_account' }), noType],
    [accountWith({ project_id: undefined }), 'lacks project_id'],
    [accountWith({ project_id: 'My Project' }), 'must have a valid project_id'],
    [accountWith({ project_id: 'short' }), 'must have a valid project_id'],
    [accountWith({ project_id: 123456789012 }), 'must have a valid project_id'],
    [accountWith({ private_key_id: undefined }), 'lacks private_key_id'],
    [accountWith({ private_key_id: 'private-key-id' }), 'must have a valid private_key_id'],
    [accountWith({ client_email: 'alice@example.com' }), 'must have a valid client_email'],
    [accountWith({ client_email: null }), 'must have a valid client_email'],
    [accountWith({ client_id: 'client-id' }), 'must have a valid client_id'],
    [accountWith({ client_id: undefined }), 'lacks client_id'],
    [accountWith({ token_uri: 'http://oauth2.googleapis.com/t' }), 'must have a valid token_uri'],
    [accountWith({ token_uri: undefined }), 'lacks token_uri'],
    [accountWith({ private_key: undefined }), 'lacks private_key'],
    [accountWith({ private_key: null }), noPem],
    [accountWith({ private_key: '' }), noPem],
    [accountWith({ private_key: '-----BEGIN PRIVATE KEY-----\n...\n' }), noPem],
    [accountWith({ private_key: pem.replaceAll('\n', '\\n') }), noPem],
    [accountWith({ private_key: pem.replaceAll('\n', ' ') }), noPem],
    [accountWith({ private_key: pem.slice(0, -10) }), noPem],
    [
      accountWith({ private_key: weak.export({ type: 'pkcs8', format: 'pem' }) }),
      'must not have an RSA key below 2048 bits in private_key',
    ],
    [
      accountWith({ project_id: '', client_id: '' }),
      ['must have a valid project_id', 'must have a valid client_id'],
    ],
    [Buffer.from('{"type": "\xe9"}', 'latin1'), 'must be UTF-8'],
  ],
  words: [
    'service_account',
    ' private_key_id',
    ' client_email',
    ' token_uri',
    'client_id',
    'project_id',
  ],
});
