# One of each resource that Poolhouse serves. The values of `second` are those
# of an update.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "second" {
  type    = bool
  default = false
}

# The endpoint, the region and the credentials come from the environment, as
# `poolhouse env` gives them.
provider "aws" {
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_credentials_validation = true
  default_tags {
    tags = { managed-by = "terraform" }
  }
}

locals {
  version = "2012-10-17"
  reads   = var.second ? ["cognito-idp:Describe*", "cognito-idp:List*"] : ["cognito-idp:Describe*"]
  tags    = var.second ? { stage = "live", team = "red" } : { stage = "test", cost = "7" }
  reading = jsonencode({ Version = local.version, Statement = [{ Effect = "Allow", Action = local.reads, Resource = "*" }] })
}

resource "aws_iam_user" "operator" {
  name = "operator"
  path = var.second ? "/staff/night/" : "/staff/"
  tags = local.tags
}

# A user who gets another name, and whom the test gives what Terraform does not
# know of.
resource "aws_iam_user" "leaver" {
  name          = var.second ? "leaver-of-2026" : "leaver"
  force_destroy = true
}

resource "aws_iam_access_key" "operator" {
  user   = aws_iam_user.operator.name
  status = var.second ? "Inactive" : "Active"
}

resource "aws_iam_user_policy" "operator" {
  name   = "reading"
  user   = aws_iam_user.operator.name
  policy = local.reading
}

resource "aws_iam_user_policy_attachment" "operator" {
  user       = aws_iam_user.operator.name
  policy_arn = aws_iam_policy.reading.arn
}

resource "aws_iam_policy" "reading" {
  name        = "reading"
  path        = "/teams/"
  description = "May look at user pools"
  tags        = local.tags
  policy      = local.reading
}

resource "aws_iam_role" "import" {
  name                 = "pool-user-import"
  tags                 = local.tags
  description          = var.second ? "" : "For CloudWatchLogsRoleArn"
  max_session_duration = var.second ? 7200 : 3600
  assume_role_policy = jsonencode({
    Version = local.version
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = var.second ? ["cognito-idp.amazonaws.com", "lambda.amazonaws.com"] : ["cognito-idp.amazonaws.com"] }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "import" {
  name   = "reading"
  role   = aws_iam_role.import.id
  policy = local.reading
}

resource "aws_iam_role_policy_attachment" "import" {
  role       = aws_iam_role.import.name
  policy_arn = aws_iam_policy.reading.arn
}

resource "aws_iam_role" "federated" {
  name                  = "web-users"
  force_detach_policies = true
  assume_role_policy = jsonencode({
    Version = local.version
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "cognito-identity.amazonaws.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringEquals = { "cognito-identity.amazonaws.com:aud" = "us-east-1:${var.second ? "two" : "one"}" } }
    }]
  })
}

resource "aws_cognito_user_pool" "people" {
  name                     = "people"
  auto_verified_attributes = ["email"]
  tags                     = local.tags
}

resource "aws_cognito_user_pool_client" "app" {
  name                = var.second ? "the app" : "app"
  user_pool_id        = aws_cognito_user_pool.people.id
  explicit_auth_flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
}

resource "aws_cognito_user" "ada" {
  user_pool_id = aws_cognito_user_pool.people.id
  username     = "ada"
  enabled      = !var.second
  attributes = {
    email          = "ada@example.com"
    email_verified = true
    name           = var.second ? "Ada Lovelace" : "Ada"
  }
  message_action = "SUPPRESS"
}
