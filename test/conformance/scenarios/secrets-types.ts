import { post, put, scenario, type Scenario } from '../scenario.js';
import { encoded, secret, secrets } from './objects.js';

const k8s = 'kubernetes.io';
const annotation = `${k8s}/service-account.name`;

export const secretTypeScenarios: readonly Scenario[] = [
  scenario(
    'Secrets of the known types have the keys that they need',
    post(422, secrets, secret('basic', { type: `${k8s}/basic-auth` })),
    post(422, secrets, secret('basic', { type: `${k8s}/basic-auth`, data: { x: '' } })),
    post(201, secrets, secret('basic', { type: `${k8s}/basic-auth`, data: { username: '' } })),
    post(201, secrets, secret('basic2', { type: `${k8s}/basic-auth`, data: { password: '' } })),
    post(422, secrets, secret('ssh', { type: `${k8s}/ssh-auth`, data: { x: '' } })),
    post(422, secrets, secret('ssh', { type: `${k8s}/ssh-auth` })),
    post(422, secrets, secret('ssh', { type: `${k8s}/ssh-auth`, data: { 'ssh-privatekey': '' } })),
    post(
      201,
      secrets,
      secret('ssh', { type: `${k8s}/ssh-auth`, data: { 'ssh-privatekey': 'YQ==' } }),
    ),
    post(422, secrets, secret('tls', { type: `${k8s}/tls` })),
    post(422, secrets, secret('tls', { type: `${k8s}/tls`, data: { 'tls.crt': '' } })),
    post(
      201,
      secrets,
      secret('tls', { type: `${k8s}/tls`, data: { 'tls.crt': '', 'tls.key': '' } }),
    ),
    put(422, `${secrets}/tls`, secret('tls', { type: `${k8s}/tls`, data: { 'tls.crt': '' } })),
    post(201, secrets, secret('boot', { type: 'bootstrap.kubernetes.io/token' })),
  ),
  scenario(
    'Secrets with a Docker configuration hold valid JSON',
    post(422, secrets, secret('d', { type: `${k8s}/dockerconfigjson` })),
    post(422, secrets, secret('d', docker('{'))),
    post(422, secrets, secret('d', docker(''))),
    post(422, secrets, secret('d', docker('[]'))),
    post(422, secrets, secret('d', docker('not json'))),
    post(201, secrets, secret('d', docker('{"auths":{}}'))),
    post(201, secrets, secret('d2', docker('{}'))),
    post(422, secrets, secret('c', { type: `${k8s}/dockercfg` })),
    post(
      422,
      secrets,
      secret('c', { type: `${k8s}/dockercfg`, data: { '.dockercfg': encoded('x') } }),
    ),
    post(
      201,
      secrets,
      secret('c', { type: `${k8s}/dockercfg`, data: { '.dockercfg': encoded('{}') } }),
    ),
  ),
  scenario(
    'Secrets with a ServiceAccount token name the account',
    post(422, secrets, secret('t', { type: `${k8s}/service-account-token` })),
    post(
      422,
      secrets,
      secret('t', { type: `${k8s}/service-account-token` }, { annotations: { [annotation]: '' } }),
    ),
    post(
      201,
      secrets,
      secret('t', { type: `${k8s}/service-account-token` }, { annotations: { [annotation]: 'x' } }),
    ),
  ),
];

function docker(text: string): Record<string, unknown> {
  return { type: `${k8s}/dockerconfigjson`, data: { '.dockerconfigjson': encoded(text) } };
}
