import { setTimeout as pause } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { adminAgent } from './admin-access.js';
import { heading, p50AndP99, report } from './audit-report.js';
import { ClusterWorld } from './cluster-world.js';
import { bounded, type Figures } from './floors.js';
import { freePorts } from './gateway-process.js';
import { percentile } from './percentile.js';
import { namespace, type RealCluster } from './real-cluster.js';
import { requestOnce } from './request-once.js';
import { checkedBody } from './schemas-writes.js';
import { withThrowawayDir } from './throwaway-dir.js';

const warmWrites = 50;
const readyMsMax = 30_000;
const retryMs = 200;
const configurations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const names = ['plain', 'reviewed'] as const;
type Name = (typeof names)[number];
/** The webhook reviews writes in one of two namespaces, so that both are measured in turns. */
const namespaceOf: Readonly<Record<Name, string>> = {
  plain: `${namespace}-plain`,
  reviewed: namespace,
};

/** Creations of Secrets with ten keys at a real API server, in turns with the webhook and without. */
export async function benchWebhook(writes: number): Promise<Figures> {
  heading('what the webhook adds to a creation at the API server');
  return withThrowawayDir(async (dir) => {
    const world = await ClusterWorld.start(dir);
    try {
      const { cluster, tls } = world;
      await cluster.addNamespace(namespaceOf.plain);
      const [port = 0] = await freePorts(1);
      await world.startGateway({ served: [namespace], admissionPort: port });
      await cluster.request('POST', configurations, configurationOf(port, tls.ca));
      return await measured(cluster, writes);
    } finally {
      await world.stop();
    }
  });
}

async function measured({ admin }: RealCluster, writes: number): Promise<Figures> {
  const agent = adminAgent(admin, 1);
  const create = async (name: Name, written: number, dsn?: string): Promise<void> => {
    const path = `/api/v1/namespaces/${namespaceOf[name]}/secrets`;
    await requestOnce(admin.url, agent, 'POST', path, secretOf(written, dsn));
  };
  try {
    await refused(() => create('reviewed', 0, 'mysql://app@db.pay.svc/app'));
    await timesOf(create, 1, warmWrites);
    const tookMs = await timesOf(create, 1 + warmWrites, writes);
    for (const name of names) report(`creation, ${name}`, p50AndP99(tookMs[name]));
    const addedMs = percentile(tookMs.reviewed, 50) - percentile(tookMs.plain, 50);
    report('the webhook adds', `${addedMs.toFixed(2)} ms p50`);
    return bounded('schemas', { webhookAddsP50Ms: addedMs });
  } finally {
    agent.destroy();
  }
}

/** Creates Secrets in both namespaces in turns; which goes first changes each time. */
async function timesOf(
  create: (name: Name, written: number) => Promise<void>,
  from: number,
  count: number,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const tookMs: Record<Name, number[]> = { plain: [], reviewed: [] };
  for (let made = 0; made < count; made += 1) {
    for (const name of made % 2 === 0 ? names : names.toReversed()) {
      const startMs = performance.now();
      await create(name, from + made);
      tookMs[name].push(performance.now() - startMs);
    }
  }
  return tookMs;
}

/** Repeats a wrong write until the API server asks the webhook. */
async function refused(write: () => Promise<void>): Promise<void> {
  const untilMs = performance.now() + readyMsMax;
  while (!(await isRefused(write))) {
    if (performance.now() > untilMs) throw new Error('the API server asks no webhook');
    await pause(retryMs);
  }
}

function isRefused(write: () => Promise<void>): Promise<boolean> {
  return write().then(
    () => false,
    (error: unknown) => String(error).endsWith('answered with 422'),
  );
}

function secretOf(written: number, dsn?: string): object {
  const { labels, stringData } = checkedBody(written, dsn);
  const metadata = { name: `made-${written}`, labels };
  return { apiVersion: 'v1', kind: 'Secret', metadata, stringData };
}

function configurationOf(port: number, ca: string): object {
  const shipped = parse(readFileSync('deploy/admission/webhook.yaml', 'utf8')) as {
    readonly webhooks: readonly object[];
  };
  const caBundle = Buffer.from(ca).toString('base64');
  const matchLabels = { 'kubernetes.io/metadata.name': namespaceOf.reviewed };
  const webhooks = shipped.webhooks.map((webhook) => ({
    ...webhook,
    clientConfig: { url: `https://127.0.0.1:${port}/validate`, caBundle },
    namespaceSelector: { matchLabels },
  }));
  return { ...shipped, webhooks };
}
