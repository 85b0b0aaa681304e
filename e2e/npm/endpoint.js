// Points the AWS SDK for JavaScript v2 at AWS_ENDPOINT_URL, which it does not
// read by itself. Preloaded (node --require) into programs that have no setting
// for it; they run unchanged.
'use strict';

require('aws-sdk').config.update({ endpoint: process.env.AWS_ENDPOINT_URL, maxRetries: 0 });
