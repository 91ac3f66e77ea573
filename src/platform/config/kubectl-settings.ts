import { z } from 'zod';
import { parseConfiguredResource } from '../../core/configured-resource.js';
import { kubectlLimits } from '../../core/kubectl-limits.js';
import { gatewayUrlProblem } from './gateway-url.js';

const filePath = z.string().min(1);

const resource = z.string().superRefine((text, context) => {
  const parsed = parseConfiguredResource(text);
  if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
});

const gatewayUrl = z.string().superRefine((text, context) => {
  const message = gatewayUrlProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** The Kubernetes API for kubectl and client libraries, under `/kubernetes`. */
export const kubectlSettings = z.strictObject({
  enabled: z.boolean().default(true),
  /** Resources served in addition to Secrets: `resource[.group][/subresource]`, as the caller. */
  resources: z.array(resource).max(kubectlLimits.kubectlConfiguredResourcesMax).default([]),
  /** Whether `--as` is accepted from callers who have the verb `impersonate`. */
  impersonation: z.enum(['refuse', 'allow']).default('refuse'),
  /** URL of the gateway for clients, in kubeconfigs; determined automatically for loopback. */
  server: gatewayUrl.optional(),
  /** PEM, for kubeconfigs; by default, the client's own authorities. */
  certificateAuthority: filePath.optional(),
});

export type KubectlSettings = z.infer<typeof kubectlSettings>;
