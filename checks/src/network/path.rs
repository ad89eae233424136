//! The whole path: every hop judged, whatever the others say.

use super::ends::End;
use super::groups::Other;
use super::hop::{Hop, HopName};
use super::index::Network;
use super::routes::Crossing;
use super::{LINUX_EPHEMERAL, Path, PathQuestion, Ports, Reach};

impl Network<'_> {
    /// Answers a question: one path for every interface that the goal has.
    pub fn paths(&self, question: &PathQuestion) -> Reach {
        let goals = match self.goals(question) {
            Ok(goals) => goals,
            Err(missing) => return Reach::unresolved(missing),
        };
        let mut paths = Vec::with_capacity(goals.len());
        for goal in &goals {
            match self.start(question, goal) {
                Ok(start) => paths.push(self.path(question, &start, goal)),
                Err(missing) => return Reach::unresolved(missing),
            }
        }
        Reach::of(paths)
    }

    fn path(&self, question: &PathQuestion, from: &End<'_>, to: &End<'_>) -> Path {
        let crossing = Crossing::Direct;
        let ephemeral = question.ephemeral.unwrap_or(LINUX_EPHEMERAL);
        let (port, family) = (question.port, question.family);
        let goal = Other { address: to.address, carried: &to.carried, crossing: &crossing, to_endpoint: false };
        let client = Other {
            address: from.address,
            carried: &from.carried,
            crossing: &crossing,
            to_endpoint: to.endpoint.is_some(),
        };
        let hops: Vec<Hop> = vec![
            self.judge_groups(HopName::ClientSgEgress, &from.carried, &goal, port, family),
            self.judge_groups(HopName::EndpointSgIngress, &to.carried, &client, port, family),
        ];
        Path {
            from: from.to_path_end(),
            to: to.to_path_end(),
            port,
            ephemeral,
            admitted: Ports::range(ephemeral.0, ephemeral.1),
            verdict: Path::verdict_of(&hops),
            hops,
        }
    }
}
