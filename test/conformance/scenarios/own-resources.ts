import {
  manifestPath,
  postgresql,
  rotationManifests,
  rotationsIn,
  secretRotation,
} from '../../support/rotation-manifests.js';
import { localSchema, localSchemasIn } from '../../support/schema-manifests.js';
import { importsIn, secretImport, secretShare, sharesIn } from '../../support/share-manifests.js';
import { externalStores, secretSync, syncsIn } from '../../support/sync-manifests.js';
import { get, post, type Scenario, type Step } from '../scenario.js';
import type { Session } from '../session.js';
import { binding, role } from './objects.js';

const rotations = rotationsIn('{ns}');
const shares = sharesIn('{ns}');
const imports = importsIn('{ns}');
const schemas = localSchemasIn('{ns}');
const syncs = syncsIn('{ns}');
const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}';
/** What a busy API server takes until a definition or a policy that it was given has effect. */
const settledMsMax = 30_000;

/** A user who may write every custom resource, and has no right on Secrets. */
export const nobody = { as: '{ns}-nobody' };
export const forged = {
  'sallyport.dev/author': 'root',
  'sallyport.dev/author-groups': '["system:masters"]',
};
const own = [
  'secretrotations',
  'secretshares',
  'secretimports',
  'secretsyncs',
  'localsecretschemas',
];
export const writesOwn = {
  apiGroups: ['sallyport.dev'],
  resources: own.flatMap((resource) => [resource, `${resource}/status`]),
  verbs: ['*'],
};

/** As `scenario`, where what `deploy` ships for the custom resources is in force. */
export function ownScenario(title: string, ...steps: readonly Step[]): Scenario {
  return {
    title,
    async run(session) {
      await session.createNamespace();
      await install(session);
      for (const step of steps) await session.sendPatiently(step);
    },
  };
}

export function granted(user: string, ...rules: readonly unknown[]): readonly Step[] {
  const reference = { kind: 'Role', name: user };
  return [
    post(201, `${rbac}/roles`, role(user, rules)),
    post(201, `${rbac}/rolebindings`, binding(user, reference, `{ns}-${user}`)),
  ];
}

async function install(session: Session): Promise<void> {
  const isDefinition = ({ kind }: { readonly kind: string }) => kind === 'CustomResourceDefinition';
  const definitions = rotationManifests.filter(isDefinition);
  for (const definition of definitions) await session.install(manifestPath(definition), definition);
  for (const path of [rotations, shares, imports, syncs, externalStores, schemas]) {
    const served = { ...get(200, path), untilStatus: 200, patienceMs: settledMsMax };
    await session.sendPatiently(served);
  }
  for (const policy of rotationManifests.filter((one) => !isDefinition(one))) {
    await session.install(manifestPath(policy), policy);
  }
  for (const step of granted('nobody', writesOwn)) await session.ask(step);
  const target = { secretName: 'db' };
  const rotation = secretRotation('probe', { target: postgresql('db-admin') });
  await denied(session, rotations, rotation, 'rotation');
  await denied(session, shares, secretShare('probe'), 'share');
  await denied(session, imports, secretImport('probe', { target }), 'import');
  await denied(session, schemas, localSchema('probe'), 'local-schema');
  await denied(session, syncs, secretSync('probe'), 'sync');
  await stamped(session, rotations, secretRotation('probe'));
  await stamped(session, shares, secretShare('probe'));
  await stamped(session, imports, secretImport('probe'));
  await stamped(session, syncs, secretSync('probe'));
}

function denied(session: Session, path: string, probe: object, policy: string): Promise<void> {
  return session.sendPatiently({
    ...post(403, `${path}?dryRun=All`, probe, { ...nobody, message: `sallyport-${policy}-` }),
    untilStatus: 403,
    patienceMs: settledMsMax,
  });
}

function stamped(session: Session, path: string, probe: object): Promise<void> {
  const isStamped = async (): Promise<boolean> => {
    const step = post(201, `${path}?dryRun=All`, probe);
    const { metadata } = await session.ask<{ metadata: { annotations?: unknown } }>(step);
    return metadata.annotations !== undefined;
  };
  return session.until('the author is stamped', isStamped, settledMsMax);
}
