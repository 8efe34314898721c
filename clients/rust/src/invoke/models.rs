//! Models: the generated resource, `client.models().list()`, is all there is.
