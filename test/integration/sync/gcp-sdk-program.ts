// The client of Google takes another CA from the environment of a process alone.
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { text } from 'node:stream/consumers';

interface Steps {
  readonly store: string;
  readonly sts: string;
  readonly provider: string;
  readonly project: string;
  readonly tokenFile: string;
  /** Secret to read, secret to create with a version, and a secret that is not there. */
  readonly read: string;
  readonly created: string;
  readonly absent: string;
  readonly payload: string;
}

const steps = JSON.parse(await text(process.stdin)) as Steps;
const credentials = {
  type: 'external_account',
  audience: steps.provider,
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: `${steps.sts}/v1/token`,
  credential_source: { file: steps.tokenFile },
};
const client = new SecretManagerServiceClient({
  ...{ apiEndpoint: new URL(steps.store).hostname, port: Number(new URL(steps.store).port) },
  ...{ fallback: true, credentials, projectId: steps.project },
});
const parent = `projects/${steps.project}`;
const once = { timeout: 10_000, maxRetries: 0 };
const latest = (name: string) => ({ name: `${parent}/secrets/${name}/versions/latest` });

const [read] = await client.accessSecretVersion(latest(steps.read), once);
const [secret] = await client.getSecret({ name: `${parent}/secrets/${steps.read}` }, once);
const wanted = { replication: { automatic: {} } };
await client.createSecret({ parent, secretId: steps.created, secret: wanted }, once);
const payload = { data: Buffer.from(steps.payload) };
const to = { parent: `${parent}/secrets/${steps.created}`, payload };
const [added] = await client.addSecretVersion(to, once);
const [version] = await client.getSecretVersion(latest(steps.created), once);
const refused = await client.accessSecretVersion(latest(steps.absent), once).then(
  () => undefined,
  (error: { readonly code?: unknown }) => error.code,
);
const etag = '"other"';
const stale = await client
  .updateSecret(
    {
      secret: { name: `${parent}/secrets/${steps.created}`, etag, annotations: {} },
      updateMask: { paths: ['annotations'] },
    },
    once,
  )
  .then(
    () => undefined,
    (error: { readonly code?: unknown }) => error.code,
  );
process.stdout.write(
  JSON.stringify({
    read: read.payload?.data?.toString(),
    annotations: secret.annotations,
    added: added.name,
    state: version.state,
    ...{ refused, stale },
  }),
);
