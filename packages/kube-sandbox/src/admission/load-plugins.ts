import type { AdmissionModule, AdmissionPlugin } from './admission-plugin.js';

/** Imports modules of plug-ins by their URLs. Rejects if a module cannot be imported. */
export async function loadAdmissionPlugins(
  urls: readonly string[],
): Promise<readonly AdmissionPlugin[]> {
  const modules = await Promise.all(urls.map((url) => import(url) as Promise<AdmissionModule>));
  return modules.flatMap(({ admissionPlugins }) => admissionPlugins);
}
