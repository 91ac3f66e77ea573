import { PROBED_SECRET } from '../../../core/probed-secret.js';
import type { GatewayIdentity } from './is-report-of.js';
import type { ReportedEvent } from './reported-event.js';

/**
 * Reports whether a report is of the gateway's check of its own rights, which has no event. It
 * hides nothing: such a read returns no data.
 */
export function isOwnProbe(report: ReportedEvent, gateway: GatewayIdentity): boolean {
  return (
    gateway.access === 'impersonate' &&
    report.user.username === gateway.username &&
    report.verb === 'get' &&
    report.object.name === PROBED_SECRET &&
    (report.code === 403 || report.code === 404)
  );
}
