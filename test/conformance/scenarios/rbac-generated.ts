import { post, type Scenario } from '../scenario.js';
import type { Session } from '../session.js';
import { Random } from './random.js';

interface Review {
  readonly spec: Record<string, unknown>;
  readonly status: Record<string, unknown>;
}

interface Person {
  readonly user: string;
  readonly groups: readonly string[];
  /** How bindings may name the person. */
  readonly subjects: readonly Record<string, string>[];
}

const api = 'rbac.authorization.k8s.io';
const rbac = `/apis/${api}/v1`;
const verbs = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  '*',
];
const asked = ['get', 'list', 'create', 'update', 'delete', 'use', '*'];
const groups = ['', 'apps', 'example.com', '*'];
const resources = [
  'secrets',
  'pods',
  'pods/log',
  'deployments',
  'deployments/scale',
  '*/scale',
  '*',
];
const names = ['one', 'two', 'three'];
/** Not those that every user may ask for, or a reason could be one of several. */
const paths = ['/metrics', '/custom/*', '/custom', '/logs', '*'];
const spaces = ['{ns}', '{ns}-2'];
const reviewCount = 600;

/** Decisions over generated rules. One binding per person and scope makes reasons certain. */
export const generatedRbacScenario: Scenario = {
  title: 'access is decided alike for many generated questions',
  async run(session) {
    const random = new Random(20_260_731);
    const people = Array.from({ length: 12 }, (_, index) => person(index));
    await session.createNamespace();
    await session.send(post(201, '/api/v1/namespaces', namespace('{ns}-2')));
    for (const [index, someone] of people.entries()) {
      await grant(session, random, { someone, index });
    }
    await waitForRules(session);
    const answers: unknown[] = [];
    for (let count = 0; count < reviewCount; count++) {
      answers.push(await ask(session, question(random, random.pick(people))));
    }
    session.note('answers', answers);
    const granted = answers.filter((answer) => (answer as { allowed: boolean }).allowed).length;
    session.expect('a good part is allowed', granted > 60 && granted < 540);
  },
};

function person(index: number): Person {
  const space = spaces[index % 2] ?? '';
  const account = `account-${index}`;
  if (index % 3 === 0) {
    return {
      user: `system:serviceaccount:${space}:${account}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${space}`, 'system:authenticated'],
      subjects: [
        { kind: 'ServiceAccount', name: account, namespace: space },
        { kind: 'User', apiGroup: api, name: `system:serviceaccount:${space}:${account}` },
      ],
    };
  }
  return {
    user: `{ns}-user-${index}`,
    groups: [`{ns}-group-${index}`, 'system:authenticated'],
    subjects: [
      { kind: 'User', apiGroup: api, name: `{ns}-user-${index}` },
      { kind: 'Group', apiGroup: api, name: `{ns}-group-${index}` },
    ],
  };
}

async function grant(
  session: Session,
  random: Random,
  { someone, index }: { readonly someone: Person; readonly index: number },
): Promise<void> {
  const stranger = { kind: 'User', apiGroup: api, name: 'nobody-else' };
  const subjects = () =>
    random.isOne(2)
      ? [stranger, random.pick(someone.subjects)]
      : [random.pick(someone.subjects), ...someone.subjects];
  const clusterRole = `{ns}-role-${index}`;
  const clusterRules = [...rules(random), ...(random.isOne(2) ? [pathRule(random)] : [])];
  await send(session, `${rbac}/clusterroles`, role('ClusterRole', clusterRole, clusterRules));
  if (random.isOne(3)) {
    const made = bindingOf('ClusterRoleBinding', clusterRole, 'ClusterRole', subjects());
    await send(session, `${rbac}/clusterrolebindings`, made);
  }
  for (const space of spaces) {
    const base = `${rbac}/namespaces/${space}`;
    const name = `role-${index}`;
    if (!random.isOne(6)) await send(session, `${base}/roles`, role('Role', name, rules(random)));
    const [refKind, refName] = random.isOne(3) ? ['ClusterRole', clusterRole] : ['Role', name];
    const made = bindingOf('RoleBinding', refName ?? '', refKind ?? '', subjects());
    await send(session, `${base}/rolebindings`, made);
  }
}

async function send(session: Session, path: string, body: unknown): Promise<void> {
  await session.send(post(201, path, body, { isOpaque: true }));
}

function rules(random: Random): readonly unknown[] {
  return Array.from({ length: 1 + random.below(3) }, () => ({
    verbs: random.some(verbs, 4),
    apiGroups: random.some(groups, 2),
    resources: random.some(resources, 3),
    ...(random.isOne(3) ? { resourceNames: random.some(names, 2) } : {}),
  }));
}

function pathRule(random: Random): unknown {
  return { verbs: random.some(['get', 'post', '*'], 2), nonResourceURLs: random.some(paths, 2) };
}

function question(random: Random, { user, groups: memberships }: Person): unknown {
  const who = { user, groups: random.isOne(5) ? [] : memberships };
  if (random.isOne(6)) {
    const path = random.pick(['/metrics', '/custom', '/custom/a/b', '/customs', '/logs', '/x']);
    return { ...who, nonResourceAttributes: { path, verb: random.pick(['get', 'post']) } };
  }
  const [resource, subresource] = random.pick(resources.slice(0, 5)).split('/');
  const resourceAttributes = {
    verb: random.pick(asked),
    group: random.pick(groups.slice(0, 3)),
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(random.isOne(4) ? {} : { namespace: random.pick(spaces) }),
    ...(random.isOne(3) ? {} : { name: random.pick(names) }),
  };
  return { ...who, resourceAttributes };
}

async function ask(session: Session, spec: unknown): Promise<unknown> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const answer = await session.ask<Review>(post(201, path, body));
  return { question: answer.spec, allowed: answer.status['allowed'], status: answer.status };
}

/** The authoriser follows a watch, so it knows the last binding a moment after it was written. */
async function waitForRules(session: Session): Promise<void> {
  const rule = { verbs: ['probe'], apiGroups: ['probe.example'], resources: ['probes'] };
  const space = `${rbac}/namespaces/{ns}`;
  await send(session, `${space}/roles`, role('Role', 'probe', [rule]));
  const subject = { kind: 'User', apiGroup: api, name: '{ns}-probe' };
  await send(
    session,
    `${space}/rolebindings`,
    bindingOf('RoleBinding', 'probe', 'Role', [subject]),
  );
  await session.until('the rules are known', async () => {
    const resourceAttributes = {
      verb: 'probe',
      group: 'probe.example',
      resource: 'probes',
      namespace: '{ns}',
    };
    const answer = await ask(session, { user: '{ns}-probe', resourceAttributes });
    return (answer as { readonly allowed: boolean }).allowed;
  });
}

function namespace(name: string): unknown {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

function role(kind: string, name: string, list: readonly unknown[]): unknown {
  return { apiVersion: `${api}/v1`, kind, metadata: { name }, rules: list };
}

function bindingOf(
  kind: string,
  refName: string,
  refKind: string,
  subjects: readonly Record<string, string>[],
): unknown {
  const roleRef = { apiGroup: api, kind: refKind, name: refName };
  return {
    apiVersion: `${api}/v1`,
    kind,
    metadata: { name: `bind-${refName}` },
    roleRef,
    subjects,
  };
}
