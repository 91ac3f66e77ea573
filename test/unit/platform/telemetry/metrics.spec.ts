import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../../src/platform/telemetry/metrics.js';

const route = '/v1/namespaces/:namespace/secrets/:name';

describe('Metrics', () => {
  it('counts requests by method, route template and status', async () => {
    const metrics = new Metrics();
    metrics.requestCompleted({ method: 'GET', route, status: 200, durationMs: 4 });
    metrics.requestCompleted({ method: 'GET', route, status: 200, durationMs: 4 });
    const text = await metrics.render();
    const labels = `method="GET",route="${route}"`;
    expect(text).toContain(`sallyport_http_requests_total{${labels},status="200"} 2`);
    expect(text).toContain(
      `sallyport_http_request_duration_seconds_bucket{le="0.005",${labels}} 2`,
    );
  });

  it('bounds the label of methods that a client makes up', async () => {
    const metrics = new Metrics();
    metrics.requestCompleted({ method: 'PROPFIND', route: '(none)', status: 404, durationMs: 1 });
    expect(await metrics.render()).toContain('method="other"');
  });

  it('shows denials, upstream calls and the audit log', async () => {
    const metrics = new Metrics();
    metrics.denied('Forbidden');
    metrics.upstreamCompleted('get', 403, 12);
    metrics.upstreamCompleted('update', undefined, 10_000);
    metrics.auditCommitted(3, 1.2);
    metrics.auditFailed();
    let depth = 7;
    metrics.watchAuditQueue(() => depth);
    depth = 8;
    metrics.watchSequencer(() => 5);
    const text = await metrics.render();
    for (const line of [
      'sallyport_denials_total{reason="Forbidden"} 1',
      'sallyport_upstream_request_duration_seconds_count{verb="get",status_class="4xx"} 1',
      'sallyport_upstream_request_duration_seconds_count{verb="update",status_class="none"} 1',
      'sallyport_audit_events_total 3',
      'sallyport_audit_commit_duration_seconds_count 1',
      'sallyport_audit_failures_total 1',
      'sallyport_audit_queue_depth 8',
      'sallyport_audit_unsequenced_events 5',
      'process_cpu_user_seconds_total',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('shows the cache as it is when somebody asks, and where reads are answered from', async () => {
    const metrics = new Metrics();
    metrics.secretRead('cache');
    metrics.secretRead('cache');
    metrics.secretRead('strong');
    let restarts = 1;
    metrics.watchCache(() => ({
      ...{ objects: 3, bytes: 4_096, renditionBytes: 512, changes: 5, waiting: 1 },
      ...{ collections: 2, live: 1, restarts, lagMs: 1_500 },
    }));
    await metrics.render();
    restarts = 2;
    const text = await metrics.render();
    for (const line of [
      'sallyport_secret_reads_total{source="cache"} 2',
      'sallyport_secret_reads_total{source="strong"} 1',
      'sallyport_cache_objects 3',
      'sallyport_cache_bytes 4096',
      'sallyport_cache_rendition_bytes 512',
      'sallyport_cache_changes 5',
      'sallyport_cache_waiting 1',
      'sallyport_cache_collections 2',
      'sallyport_cache_collections_live 1',
      'sallyport_cache_lag_seconds 1.5',
      'sallyport_cache_restarts_total 2',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
  });

  it('keeps two gateways in one process apart', async () => {
    const first = new Metrics();
    const second = new Metrics();
    first.denied('Unauthenticated');
    expect(await second.render()).not.toContain('reason="Unauthenticated"');
  });
});
