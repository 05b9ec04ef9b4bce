terraform {
  # 1.9: a variable's validation may look at other variables.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 5.100 knows a Lambda mapping's S3 destination and the default minimum
      # size of a lifecycle; 7 is not written yet.
      version = ">= 5.100, < 7"
    }
  }
}
