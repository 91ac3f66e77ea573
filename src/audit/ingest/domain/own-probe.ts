import { PROBED_SECRET } from '../../../core/probed-secret.js';
import type { GatewayIdentity } from './is-report-of.js';
import type { ReportedEvent } from './reported-event.js';

/**
 * Whether a report tells of the gateway's look at its own rights, of which there is no event. It
 * hides nothing: such a read has shown nothing of anything.
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
