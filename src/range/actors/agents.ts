/** What the people and programs of the stories call themselves, as the AWS clients do. */
export const agents = {
  /** The team's own machines and pipelines. */
  notebookUser: 'Boto3/1.41.5 md/Botocore#1.41.5 ua/2.1 os/macos#25.1.0 lang/python#3.12.11 md/pyimpl#CPython',
  officeCli:
    'aws-cli/2.30.1 md/awscrt#0.27.6 ua/2.1 os/macos#25.1.0 md/arch#arm64 lang/python#3.13.6 md/pyimpl#CPython',
  pipeline: 'aws-sdk-js/3.1100.0 ua/2.1 os/linux#6.8.0-1030-azure lang/js md/nodejs#24.11.0 api/sagemaker#3.1100.0',
  batch: 'Boto3/1.41.5 md/Botocore#1.41.5 ua/2.1 os/linux#6.8.0-1030-aws lang/python#3.12.11 md/pyimpl#CPython',
  terraform:
    'APN/1.0 HashiCorp/1.0 Terraform/1.13.4 (+https://www.terraform.io) terraform-provider-aws/6.19.0 aws-sdk-go-v2/1.39.4 ua/2.1 os/linux lang/go#1.24.8',
  lambda:
    'Boto3/1.40.4 md/Botocore#1.40.4 ua/2.1 os/linux#5.10.244-267.968.amzn2.x86_64 lang/python#3.13.7 md/pyimpl#CPython exec-env/AWS_Lambda_python3.13',
  /** Machines that nobody here has seen before. */
  kaliCli:
    'aws-cli/2.31.4 md/awscrt#0.27.6 ua/2.1 os/linux#6.8.0-kali1-amd64 md/arch#x86_64 lang/python#3.13.7 md/pyimpl#CPython cfg/retry-mode#standard',
  kaliBoto: 'Boto3/1.42.3 md/Botocore#1.42.3 ua/2.1 os/linux#6.8.0-kali1-amd64 lang/python#3.13.7 md/pyimpl#CPython',
  oldBoto: 'Boto3/1.40.2 md/Botocore#1.40.2 ua/2.1 os/linux#5.15.0-139-generic lang/python#3.10.12 md/pyimpl#CPython',
  windowsCli:
    'aws-cli/2.29.0 md/awscrt#0.27.6 ua/2.1 os/windows#10 md/arch#amd64 lang/python#3.13.5 md/pyimpl#CPython md/prompt#off',
  go: 'aws-sdk-go-v2/1.36.1 ua/2.1 os/linux lang/go#1.23.4 md/GOOS#linux md/GOARCH#amd64',
} as const;
