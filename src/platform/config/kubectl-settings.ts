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
  /** What is let through beside Secrets: `resource[.group][/subresource]`, each as the caller. */
  resources: z.array(resource).max(kubectlLimits.kubectlConfiguredResourcesMax).default([]),
  /** Whether `--as` is taken, from callers who have the verb `impersonate`. */
  impersonation: z.enum(['refuse', 'allow']).default('refuse'),
  /** Where clients reach the gateway, for kubeconfigs; known by itself where that is loopback. */
  server: gatewayUrl.optional(),
  /** PEM, for kubeconfigs; the client's own authorities if absent. */
  certificateAuthority: filePath.optional(),
});

export type KubectlSettings = z.infer<typeof kubectlSettings>;
