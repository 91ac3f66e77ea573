import { ageIdentityKind, ageRecipientKind } from './age.js';
import { caBundleKind, certificateKind } from './certificates.js';
import {
  awsAccessKeyIdKind,
  awsSecretAccessKeyKind,
  azureConnectionStringKind,
  gcpServiceAccountKind,
  oauthClientKind,
} from './cloud-credentials.js';
import {
  amqpKind,
  jdbcKind,
  mongodbKind,
  mysqlKind,
  postgresKind,
  redisKind,
  urlKind,
} from './connection-strings.js';
import { dockerConfigKind } from './docker-config.js';
import { dotenvKind, jsonKind, yamlKind } from './documents.js';
import { htpasswdKind } from './htpasswd.js';
import { javaKeyStoreKind } from './java-key-store.js';
import { jwksKind, jwtKind } from './json-web-tokens.js';
import type { Kind } from './kind.js';
import { kubeconfigKind } from './kubeconfig.js';
import { pkcs12Kind } from './pkcs12.js';
import { privateKeyKind } from './private-keys.js';
import { sshAuthorizedKeysKind, sshPrivateKeyKind, sshPublicKeyKind } from './ssh-keys.js';
import { wireGuardConfigKind, wireGuardKeyKind } from './wireguard.js';

/** Kinds of values, by the name that a schema uses. */
export const kinds: ReadonlyMap<string, Kind> = new Map([
  ['age-identity', ageIdentityKind],
  ['age-recipient', ageRecipientKind],
  ['aws-access-key-id', awsAccessKeyIdKind],
  ['aws-secret-access-key', awsSecretAccessKeyKind],
  ['azure-connection-string', azureConnectionStringKind],
  ['ca-bundle', caBundleKind],
  ['certificate', certificateKind],
  ['docker-config', dockerConfigKind],
  ['dotenv', dotenvKind],
  ['dsn.amqp', amqpKind],
  ['dsn.jdbc', jdbcKind],
  ['dsn.mongodb', mongodbKind],
  ['dsn.mysql', mysqlKind],
  ['dsn.postgresql', postgresKind],
  ['dsn.redis', redisKind],
  ['gcp-service-account', gcpServiceAccountKind],
  ['htpasswd', htpasswdKind],
  ['jks', javaKeyStoreKind],
  ['json', jsonKind],
  ['jwks', jwksKind],
  ['jwt', jwtKind],
  ['kubeconfig', kubeconfigKind],
  ['oauth-client', oauthClientKind],
  ['pkcs12', pkcs12Kind],
  ['private-key', privateKeyKind],
  ['ssh-authorized-keys', sshAuthorizedKeysKind],
  ['ssh-private-key', sshPrivateKeyKind],
  ['ssh-public-key', sshPublicKeyKind],
  ['url', urlKind],
  ['wireguard-config', wireGuardConfigKind],
  ['wireguard-key', wireGuardKeyKind],
  ['yaml', yamlKind],
]);
