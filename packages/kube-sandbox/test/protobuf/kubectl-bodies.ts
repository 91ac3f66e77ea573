/** What kubectl 1.37 sent for the command above each, in base64. */
export const kubectlBodies = {
  // create namespace pb-helper
  namespace: 'azhzAAoPCgJ2MRIJTmFtZXNwYWNlEiEKGQoJcGItaGVscGVyEgAaACIAKgAyADgAQgASABoCCgAaACIA',
  // create secret generic g1 --from-literal=user=admin --from-literal=empty= --type=…
  genericSecret:
    'azhzAAoMCgJ2MRIGU2VjcmV0EkYKGwoCZzESABoJcGItaGVscGVyIgAqADIAOABCABIJCgVlbXB0eRIAEg0KBHVzZXISBWFkbWluGg1leGFtcGxlLmNvbS90GgAiAA==',
  // create secret docker-registry d1 --docker-server=registry.example --docker-username=u …
  registrySecret:
    'azhzAAoMCgJ2MRIGU2VjcmV0ErgBChsKAmQxEgAaCXBiLWhlbHBlciIAKgAyADgAQgASeQoRLmRvY2tlcmNvbmZpZ2pzb24SZHsiYXV0aHMiOnsicmVnaXN0cnkuZXhhbXBsZSI6eyJ1c2VybmFtZSI6InUiLCJwYXNzd29yZCI6InAiLCJlbWFpbCI6ImVAZXhhbXBsZS5jb20iLCJhdXRoIjoiZFRwdyJ9fX0aHmt1YmVybmV0ZXMuaW8vZG9ja2VyY29uZmlnanNvbhoAIgA=',
  // auth can-i get secrets
  selfSubjectAccessReview:
    'azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSQQoQCgASABoAIgAqADIAOABCABIjCiEKCXBiLWhlbHBlchIDZ2V0GgAiACoHc2VjcmV0czIAOgAaCAgAEgAaACAAGgAiAA==',
  // create serviceaccount sa1
  serviceAccount:
    'azhzAAoUCgJ2MRIOU2VydmljZUFjY291bnQSHgocCgNzYTESABoJcGItaGVscGVyIgAqADIAOABCABoAIgA=',
  // create token sa1 --duration=1h --audience=a
  tokenRequest:
    'azhzAAooChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESDFRva2VuUmVxdWVzdBIgChAKABIAGgAiACoAMgA4AEIAEgYKAWEgkBwaBAoAEgAaACIA',
  // create role r1 --verb=get,list --resource=secrets --resource-name=s
  namespacedRole:
    'azhzAAokChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgRSb2xlEjgKGwoCcjESABoJcGItaGVscGVyIgAqADIAOABCABIZCgNnZXQKBGxpc3QSABoHc2VjcmV0cyIBcxoAIgA=',
  // create rolebinding rb1 --role=r1 --serviceaccount=pb-helper:sa1
  roleBinding:
    'azhzAAorChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgtSb2xlQmluZGluZxJpChwKA3JiMRIAGglwYi1oZWxwZXIiACoAMgA4AEIAEiIKDlNlcnZpY2VBY2NvdW50EgAaA3NhMSIJcGItaGVscGVyGiUKGXJiYWMuYXV0aG9yaXphdGlvbi5rOHMuaW8SBFJvbGUaAnIxGgAiAA==',
  // create deployment dep --image=nginx --replicas=2 --port=80
  deployment:
    'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EsEBCigKA2RlcBIAGglwYi1oZWxwZXIiACoAMgA4AEIAWgoKA2FwcBIDZGVwEoYBCAISDAoKCgNhcHASA2RlcBpsChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDZGVwEkwSLgoFbmdpbngSBW5naW54KgAyCgoAEAAYUCIAKgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA=',
} as const;
