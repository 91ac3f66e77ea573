import type { GatewayIdentity } from './is-report-of.js';
import type { ReportedEvent } from './reported-event.js';

/** The Secret that the gateway looks for to see what it may do; there is none of this name. */
export const PROBED_SECRET = 'sallyport-probe';

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
