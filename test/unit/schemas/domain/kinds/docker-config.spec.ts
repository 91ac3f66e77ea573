import { describeKind } from './kind-table.js';

const hub = 'https://index.docker.io/v1/';
const noObject = 'must be a JSON object';
const noAuths = 'must have an object auths';
const noEntry = 'every entry of auths must be an object';
const noCredentials =
  'must have auth, username and password, or identitytoken in an entry of auths';
const noAuth = 'every entry of auths that has auth must have base64 of user:password there';

function config(auths: unknown, others: object = {}): string {
  return JSON.stringify({ auths, ...others }, undefined, '\t');
}

function withAuth(auth: unknown): string {
  return config({ 'registry.example.com': { auth } });
}

describeKind({
  kind: 'docker-config',
  good: [
    // https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
    config({ [hub]: { auth: 'c3RldmU6cGFzc3dvcmQ=' } }),
    config({ 'your.private.registry.example.com': { auth: btoa('janedoe:xxxxxxxxxxx') } }),
    JSON.stringify({
      auths: {
        'your.private.registry.example.com': {
          username: 'janedoe',
          password: 'xxxxxxxxxxx',
          email: 'jdoe@example.com',
          auth: 'amFuZWRvZTp4eHh4eHh4eHh4eA==',
        },
      },
    }),
    config({ [hub]: { username: 'u', password: 'p' } }),
    config({ [hub]: { username: 'u', password: 'p', email: '' } }),
    // With a store of credentials, `docker login` leaves the entry empty.
    config({ [hub]: {} }, { credsStore: 'desktop' }),
    config({}, { credHelpers: { 'gcr.io': 'gcloud', 'public.ecr.aws': 'ecr-login' } }),
    config({ 'ghcr.io': { auth: btoa('octocat:token') } }),
    config({ 'quay.io': { auth: btoa('org+robot:token'), email: '' } }),
    config({ 'https://gcr.io': { auth: btoa('_json_key:{"type":"service_account"}') } }),
    config({ '123456789012.dkr.ecr.eu-west-1.amazonaws.com': { auth: btoa('AWS:token') } }),
    config({ 'x.azurecr.io': { auth: '', identitytoken: 'token' } }),
    config({ 'registry.gitlab.com/group/project': { auth: btoa('deploy:token') } }),
    config({ '*.example.com': { auth: btoa('user:password') } }),
    config({ 'localhost:5000': { auth: btoa('user:') } }),
    config({ 'a.io': { auth: btoa('u:p') }, 'b.io': { auth: btoa('u:p') } }),
    config({ [hub]: { auth: btoa('u:p') } }, { HttpHeaders: { 'User-Agent': 'Docker-Client' } }),
    config({ [hub]: { auth: btoa('u:p') } }, { detachKeys: 'ctrl-e,e', currentContext: 'x' }),
    withAuth(btoa('user:pass:word')),
    withAuth(btoa('user:pass:word').replaceAll('=', '')),
    `${withAuth(btoa('u:p'))}\n`,
  ],
  bad: [
    [config({}), noCredentials],
    [config({ [hub]: {} }), noCredentials],
    [config({ 'ghcr.io': { username: 'octocat', email: 'a@example.com' } }), noCredentials],
    [config({ [hub]: { auth: '' } }, { credHelpers: {}, credsStore: '' }), noCredentials],
    ['', noObject],
    ['{', noObject],
    ['null', noObject],
    ['[]', noObject],
    ['"auths"', noObject],
    ['auths:\n  ghcr.io: {}\n', noObject],
    ['c3RldmU6cGFzc3dvcmQ=', noObject],
    ['{"auths": {},}', noObject],
    ['{}', noAuths],
    ['{"credHelpers": {"gcr.io": "gcloud"}}', noAuths],
    ['{"credsStore": "desktop"}', noAuths],
    // The older .dockercfg.
    [JSON.stringify({ [hub]: { auth: btoa('steve:password') } }), noAuths],
    [config([]), noAuths],
    [config(null), noAuths],
    [config('registry.example.com'), noAuths],
    [config({ 'registry.example.com': btoa('steve:password') }), noEntry],
    [config({ 'registry.example.com': null }), noEntry],
    [config({ 'registry.example.com': [] }), noEntry],
    [withAuth('steve:secret1'), noAuth],
    [withAuth(btoa('steve-without-password')), noAuth],
    [withAuth('c3RldmU_cGFzc3dvcmQ_'), noAuth],
    [withAuth('c3RldmU6cGFzc3dvcmQ=='), noAuth],
    [withAuth(`${btoa('steve:password1')}\n`), noAuth],
    [withAuth(42), noAuth],
    [withAuth(null), noAuth],
    [withAuth('c3Rld'), noAuth],
    [config({ 'a.io': { auth: btoa('u:p') }, 'b.io': { auth: 'x' } }), noAuth],
  ],
});
