/**
 * Descriptions of the members of a spec by `parent/name`, or by the name alone. Generators of one
 * value describe themselves.
 */
const descriptions: Readonly<Record<string, string>> = {
  generate: 'New values, by the key of the Secret that receives each.',
  key: 'Key of the Secret.',
  keyPair: 'Generates a key pair in PEM, the private key under `key`.',
  algorithm: 'Algorithm of the key pair.',
  'algorithm/name': 'Name of the algorithm.',
  curve: 'Curve of an ECDSA key.',
  bits: 'Size of an RSA key in bits.',
  publicKey: 'Key of the Secret that receives the public key.',
  sshKeyPair: 'Generates a key pair in the format of OpenSSH.',
  comment: 'Comment of the public key.',
  certificate: 'Generates a key and an X.509 certificate for it.',
  commonName: 'Common name of the subject.',
  dnsNames: 'DNS names of the certificate.',
  ipAddresses: 'IP addresses of the certificate.',
  uris: 'URIs of the certificate.',
  lifetime: 'Lifetime of the certificate, such as `90d`.',
  certificateKey: 'Key of the Secret that receives the certificate.',
  caKey: 'Key of the Secret that receives the certificate of the authority.',
  ca: 'The Secret whose authority signs. Without it, the certificate is self-signed.',
  secretName: 'Name of a Secret of the namespace.',
  jwks: 'Generates a JSON Web Key, and the set of its public keys.',
  'jwks/algorithm': 'Signature algorithm of the key.',
  publicKeySet: 'Key of the Secret that receives the set of public keys.',
  keepOld: 'Number of public keys of earlier rotations that remain in the set.',
  template: 'Text that contains other keys of this list.',
  target: 'The server that receives the new credential. Exactly one member.',
  none: 'No server. Only the Secret changes.',
  postgresql: 'Sets the password of a PostgreSQL role.',
  mysql: 'Sets the password of a MySQL or MariaDB user.',
  mongodb: 'Sets the password of a MongoDB user.',
  redis: 'Sets the password of a Redis ACL user.',
  webhook: 'Sends the new credential to a signed webhook.',
  host: 'Host name or IP address of the server.',
  port: 'Port of the server.',
  database: 'Database to connect to.',
  userHost: 'Host part of the account.',
  authDatabase: 'Database that defines the user.',
  tls: 'How the certificate of the server is verified.',
  mode: '`verify-ca` does not check the name of the server.',
  caSecret: 'The Secret with the authorities that sign the certificate.',
  'caSecret/name': 'Name of that Secret.',
  'caSecret/key': 'Key of that Secret.',
  serverName: 'Name that the certificate must have, if it is not the host.',
  adminSecret: 'The Secret with the credential that changes the password.',
  'adminSecret/name': 'Name of that Secret.',
  'adminSecret/username': 'Name of the user who changes the password.',
  'adminSecret/usernameKey': 'Key of that Secret with the name of the user.',
  'adminSecret/passwordKey': 'Key of that Secret with the password.',
  username: 'The user whose password changes.',
  usernames: 'The two users of the strategy `alternatingUsers`.',
  usernameKey: 'Key of the Secret that receives the name of the user.',
  passwordKey: 'Key of the Secret that contains the password.',
  allowPrivileged: "Allows the rotation of superusers and of the admin's own user.",
  url: 'Address of the webhook.',
  signingSecret: 'The Secret with the key that signs every request.',
  'signingSecret/name': 'Name of that Secret.',
  'signingSecret/key': 'Key of that Secret.',
  'webhook/timeout': 'Longest time of a request, such as `10s`.',
  strategy:
    '`singleUser` changes the password of one user, `alternatingUsers` takes the two users in ' +
    'turn, `dual` has two valid passwords for a while.',
  schedule: 'When runs start. Without it, runs start only on request.',
  cron: 'Five fields as in a crontab.',
  timeZone: 'Time zone of `cron`.',
  every: 'Time between two runs, such as `30d`.',
  window: 'Time after the start of a window in which a run may begin.',
  jitter: 'A run is delayed by a random part of this time.',
  suspend: 'Stops the schedule.',
  takeOwnership: 'Allows the rotation of a Secret that another controller owns.',
  retireAfter: 'How long the former credential works after the new one is published.',
  consumers: 'Workloads that use the Secret.',
  restart: '`auto` restarts all workloads that use the Secret.',
  workloads: 'Restarts only these workloads.',
  kind: 'Kind of the workload.',
  'workloads/name': 'Name of the workload.',
  wait: 'Waits until the workloads use the new value.',
  timeout: 'Longest wait for the workloads, such as `15m`.',
  historyLimit: 'Number of ended runs that remain visible.',
  adopt: 'A changed text makes the user who changes it the author.',
  author: 'Ignored: a body that was read has it.',
  nextRunAt: 'Ignored: a body that was read has it.',
  lastRun: 'Ignored: a body that was read has it.',
  problem: 'Ignored: a body that was read has it.',
};

type Json = Readonly<Record<string, unknown>>;

/** Returns the JSON Schema of a spec with a description on each member. */
export function withDescriptions(schema: Json, parent = ''): Json {
  const { properties, items, oneOf, ...rest } = schema;
  return {
    ...rest,
    ...(isObject(properties) && { properties: described(properties, parent) }),
    ...(isObject(items) && { items: withDescriptions(items, parent) }),
    ...(Array.isArray(oneOf) && {
      oneOf: oneOf.filter(isObject).map((one) => withDescriptions(one, parent)),
    }),
  };
}

function described(properties: Json, parent: string): Json {
  const entries = Object.entries(properties).map(([name, member]) => {
    const description = descriptions[`${parent}/${name}`] ?? descriptions[name];
    const inside = isObject(member) ? withDescriptions(member, name) : {};
    return [name, description === undefined ? inside : { ...inside, description }] as const;
  });
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
