//! Commands of the AWS CLI, as lists of arguments.

/// `aws <service> …` from its words and arguments.
pub(super) fn aws<S: Into<String>>(service: &str, arguments: impl IntoIterator<Item = S>) -> Vec<String> {
    ["aws", service].into_iter().map(str::to_owned).chain(arguments.into_iter().map(Into::into)).collect()
}

/// `aws ec2 …` from its words and arguments.
pub(super) fn ec2<S: Into<String>>(arguments: impl IntoIterator<Item = S>) -> Vec<String> {
    aws("ec2", arguments)
}

/// Adds the Region, so that the command does the same wherever it is run. A command that is not there stays so.
pub(super) fn in_region(mut argv: Vec<String>, region: Option<&str>) -> Vec<String> {
    if let (false, Some(region)) = (argv.is_empty(), region) {
        argv.extend(["--region".to_owned(), region.to_owned()]);
    }
    argv
}
