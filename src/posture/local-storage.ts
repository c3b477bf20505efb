/**
 * Instance types whose storage is their own disk, encrypted by the hardware with a key of its own: AWS takes no KMS key for them. By family:
 * those with a `d` behind their generation, and the accelerated ones that come with NVMe.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html (KmsKeyId)
 */
export const hasLocalStorage = (instanceType: string | undefined): boolean =>
  /^(?:ml\.)?(?:[a-z]+\d+[a-ce-z]*d[a-z]*|g4dn|g5g?|g6e?|gr6|p4de?|p5(?:en?)?|p6\w*|trn[12]n?|i\d\w*)\./.test(
    instanceType ?? '',
  );
