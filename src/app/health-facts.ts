import type { INestApplicationContext } from '@nestjs/common';
import { DecisionCache } from '../access/decision-cache.js';
import { RbacWatch } from '../kubernetes/rbac-watch.js';
import { RightsProbe } from '../kubernetes/rights-probe.js';
import { isCached } from '../platform/config/cached-reads.js';
import type { Config } from '../platform/config/config.schema.js';
import type { HealthFacts } from '../platform/health/verbose-report.js';

/** Facts that `/readyz?verbose` shows in addition to the checks. */
export function healthFacts(config: Config, app: INestApplicationContext): HealthFacts {
  const from = { strict: false } as const;
  const { verdict } = app.get(RightsProbe, from);
  return {
    mode: config.kubernetes.mode,
    access: config.kubernetes.access,
    scope: config.namespaces.scope,
    profile: verdict?.profile ?? 'not known yet',
    rbacWatch: app.get(RbacWatch, from).isLive() ? 'live' : 'lost',
    foreignAuthorizers: app.get(DecisionCache, from).foreignAuthorizers ? 'seen' : 'none seen',
    reads: isCached(config) ? 'cached' : 'strong',
  };
}
