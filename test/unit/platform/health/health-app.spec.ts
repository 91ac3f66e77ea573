import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHealthApp } from '../../../../src/platform/health/health-app.js';
import { Readiness } from '../../../../src/platform/health/readiness.js';
import { Metrics } from '../../../../src/platform/telemetry/metrics.js';
import { type CapturedLog, captureLog } from '../telemetry/captured-log.js';

let app: NestFastifyApplication;
let readiness: Readiness;
let log: CapturedLog;
let isAuditUp: boolean;

beforeEach(async () => {
  isAuditUp = true;
  log = captureLog();
  const audit = async () => {
    if (!isAuditUp) throw new Error('shhhhhh');
  };
  readiness = new Readiness({
    checks: [
      { name: 'cluster', probe: async () => undefined },
      { name: 'audit', probe: audit },
    ],
    keptMs: 1,
  });
  const facts = () => ({ mode: 'kubeconfig', access: 'impersonate', scope: 'served' });
  app = await createHealthApp({ readiness, metrics: new Metrics(), facts, logger: log.logger });
  await app.listen(0, '127.0.0.1');
});

afterEach(() => app.close());

const get = (path: string) => supertest(app.getHttpServer()).get(path);

describe('the health listener', () => {
  it.each(['/livez', '/healthz', '/readyz'])('answers %s with the bare word', async (path) => {
    await get(path)
      .expect(200, 'ok')
      .expect('content-type', /^text\/plain/);
  });

  it('answers 503 while a check fails, and stays alive', async () => {
    isAuditUp = false;
    await get('/readyz').expect(503, 'not ready');
    await get('/livez').expect(200);
    expect(log.text()).not.toContain('shhhhhh');
  });

  it('lists the checks and what it runs as', async () => {
    const { text } = await get('/readyz?verbose').expect(200);
    expect(text.split('\n')).toEqual([
      '[+]cluster ok',
      '[+]audit ok',
      '[+]shutdown ok',
      'mode: kubeconfig',
      'access: impersonate',
      'scope: served',
      'readyz check passed',
      '',
    ]);
  });

  it('answers 503 from the moment of stopping', async () => {
    readiness.markStopping();
    await get('/readyz').expect(503, 'not ready');
    const { text } = await get('/readyz?verbose').expect(503);
    expect(text).toContain('[-]shutdown failed');
    await get('/livez').expect(200, 'ok');
  });

  it("serves metrics in Prometheus' text form", async () => {
    const answer = await get('/metrics').expect(200);
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=/);
    expect(answer.text).toContain('process_cpu_user_seconds_total');
  });

  it('writes all that Nest logs as JSON', () => {
    expect(log.lines().length).toBeGreaterThan(0);
    expect(log.lines().every((line) => line['event'] === 'nest')).toBe(true);
  });
});
