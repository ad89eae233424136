"""A VPC in a box: namespaces, a resolver, a metadata service, MariaDB with TLS, and an AWS API, all following one world."""
