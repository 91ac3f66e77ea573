import {
  AccessService,
  type Grant,
  type ResourceRequest,
} from '../../../src/access/access.service.js';
import { forbiddenMessage } from '../../../src/access/domain/forbidden-message.js';
import type { RbacConcern } from '../../../src/access/domain/rbac-changes.js';
import { AuthorizationMonitor } from '../../../src/access/authorization-monitor.service.js';
import type { CallContext } from '../../../src/core/call-context.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';

/** Kubernetes' authorizer as the test says, and what it was asked. */
export class AskedRights extends AccessService {
  readonly asked: ResourceRequest[] = [];
  isAllowed: boolean;

  constructor(isAllowed: boolean) {
    super();
    this.isAllowed = isAllowed;
  }

  override tracedBy(upstreamIds: string[]): AccessService {
    upstreamIds.push('review-1');
    return this;
  }

  override decide(_ctx: CallContext, right: ResourceRequest) {
    this.asked.push(right);
    return Promise.resolve({ allowed: this.isAllowed, reason: 'because' });
  }

  override async require(ctx: CallContext, right: ResourceRequest): Promise<Grant> {
    const { allowed, reason } = await this.decide(ctx, right);
    if (allowed) return { allowed, reason, right };
    throw new SallyportError('Forbidden', forbiddenMessage(ctx.principal.username, right, ''));
  }
}

/** Rights that streams go on under, until the test takes them. */
export function standingRights(access: AskedRights) {
  const listeners: ((concern: RbacConcern) => void)[] = [];
  const standing = new AuthorizationMonitor(access, {
    onChange: (listener) => void listeners.push(listener),
  });
  const revoke = () => {
    access.isAllowed = false;
    for (const listener of listeners) listener('all');
  };
  return { standing, revoke };
}
